// Rows of an ordered list are dragged; the same move as the row's own buttons, sent by the row's own form.
for (const list of document.querySelectorAll("[data-sortable]")) {
  let dragged = null;
  for (const row of list.children) row.draggable = Boolean(row.querySelector("[data-move]"));
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.reference);
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over || over.parentElement !== list) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    const behind = event.clientY > box.top + box.height / 2;
    if (over !== dragged) over[behind ? "after" : "before"](dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    const form = dragged && dragged.querySelector("[data-move]");
    const above = dragged && dragged.previousElementSibling;
    dragged = null;
    if (!form) return;
    const after = document.createElement("input");
    after.type = "hidden";
    after.name = "after";
    after.value = above ? above.dataset.reference : "";
    form.append(after);
    form.submit();
  });
}
