// Keys for the list: the page works without them.
"use strict";
document.addEventListener("keydown", function (event) {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && !/^(checkbox|radio)$/.test(event.target.type);
  if (typing || event.ctrlKey || event.metaKey || event.altKey) { return; }
  const rows = Array.from(document.querySelectorAll("#rows tbody tr[id]"));
  const here = rows.indexOf(document.activeElement.closest("#rows tr[id]"));
  const row = rows[here];
  if (event.key === "/" ) {
    const search = document.getElementById("q");
    if (search) { event.preventDefault(); search.focus(); }
  } else if (rows.length && (event.key === "j" || event.key === "k")) {
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, here + (event.key === "j" ? 1 : -1)))].focus();
  } else if (row && event.key === "Enter" && document.activeElement === row) {
    row.querySelector("a").click();
  } else if (row && event.key === "x") {
    const box = row.querySelector("input[type=checkbox]");
    if (box) { box.checked = !box.checked; }
  } else if (row && (event.key === "c" || event.key === "r")) {
    const form = row.querySelector("form[action*='/" + (event.key === "c" ? "claim" : "release") + "/']");
    if (form) { form.requestSubmit(); }
  }
});
// A row that was swapped keeps the focus, so that the keyboard stays where it was.
document.addEventListener("htmx:afterSwap", function (event) {
  const row = document.getElementById(event.detail.target.id);
  if (row) { row.focus(); }
});
// On a phone the navigation is one line that scrolls: the page that is open is in sight.
document.addEventListener("DOMContentLoaded", function () {
  const here = document.querySelector("header nav a[aria-current]");
  const line = here && here.closest("nav");
  if (line) { line.scrollLeft = here.offsetLeft - (line.clientWidth - here.offsetWidth) / 2; }
});
