// Rows are dragged: within an ordered list, or into a sprint. What is sent is always a form that the row
// has anyway, so that everything works without this file, by the row's own buttons.
const lists = document.querySelectorAll("[data-sortable], [data-draggable]");
const takes = document.querySelector("[data-takes]");
let dragged = null;
let put = false;

function moved(row) {
  const form = row.querySelector("[data-move]");
  if (!form) return;
  const above = row.previousElementSibling;
  const after = document.createElement("input");
  after.type = "hidden";
  after.name = "after";
  after.value = above ? above.dataset.reference : "";
  form.append(after);
  form.submit();
}

for (const list of lists) {
  for (const row of list.children) {
    row.draggable = Boolean(row.querySelector("[data-move], [data-put]"));
  }
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    dragged.was = dragged.previousElementSibling;
    put = false;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.reference);
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    const sorts = "sortable" in list.dataset && dragged && dragged.querySelector("[data-move]");
    if (!sorts || !over || over.parentElement !== list || dragged.parentElement !== list) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    const behind = event.clientY > box.top + box.height / 2;
    if (over !== dragged) over[behind ? "after" : "before"](dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    const row = dragged;
    dragged = null;
    if (takes) takes.classList.remove("takes");
    if (!row) return;
    const form = put && row.querySelector("[data-put]");
    if (form) form.submit();
    else if (row.previousElementSibling !== row.was) moved(row);
  });
}

if (takes) {
  takes.addEventListener("dragover", (event) => {
    if (!dragged || !dragged.querySelector("[data-put]")) return;
    event.preventDefault();
    takes.classList.add("takes");
  });
  takes.addEventListener("dragleave", (event) => {
    if (!takes.contains(event.relatedTarget)) takes.classList.remove("takes");
  });
  takes.addEventListener("drop", (event) => {
    event.preventDefault();
    put = true;
  });
}
