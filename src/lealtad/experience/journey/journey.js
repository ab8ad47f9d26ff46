// Sort the rows of a stage by a column; without this script they stand as the journey goes, the busiest first.
for (const table of document.querySelectorAll("table.rows")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const read = (row, place) => {
    const value = row.cells[place].dataset.value;
    return value === undefined || value === "" ? null : value;
  };
  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = table.dataset.sort.replace("{column}", head.innerText.trim());
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.classList.contains("number") ? head.ariaSort === "descending" : head.ariaSort !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const numeric = head.classList.contains("number");
      const rows = [...body.rows].sort((one, other) => {
        const [left, right] = [read(one, place), read(other, place)];
        if (left === null || right === null) return (left === null) - (right === null);
        const difference = numeric ? left - right : left.localeCompare(right, document.documentElement.lang);
        return up ? difference : -difference;
      });
      body.append(...rows);
    });
  });
}
