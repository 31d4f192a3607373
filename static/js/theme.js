// Runs before the first paint, so that the chosen theme and density never flash.
(() => {
  try {
    const root = document.documentElement;
    const theme = localStorage.getItem("firebreak.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (localStorage.getItem("firebreak.density") === "compact") root.dataset.density = "compact";
  } catch {
    // Storage may be forbidden; the system's theme is a good answer then.
  }
})();
