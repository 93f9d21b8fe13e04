/** What every page does: colours, the programme menu, boxes that scroll; the widgets' host does the rest. */

const root = document.documentElement;

const themeButton = document.querySelector('[data-action="theme"]');
function showTheme() {
  themeButton.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
}
themeButton.addEventListener("click", () => {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem("ai2med:theme", root.dataset.theme);
  } catch {
    // A browser that keeps nothing still changes its colours for this page.
  }
  showTheme();
});
showTheme();

const menuButton = document.querySelector('[data-action="menu"]');
const menu = document.getElementById("programme-nav");
function openMenu(open) {
  root.classList.toggle("menu-open", open);
  menuButton.setAttribute("aria-expanded", String(open));
}
menuButton.addEventListener("click", () => {
  const open = !root.classList.contains("menu-open");
  openMenu(open);
  if (open) menu.querySelector("a, summary")?.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !root.classList.contains("menu-open")) return;
  openMenu(false);
  menuButton.focus();
});

// Wide tables and code scroll inside their box; a box that scrolls has to be reachable by keyboard.
const boxes = document.querySelectorAll("div.math, .table-box, .highlight pre, .cell_output pre, .cell_output .output");
const markScrolling = () => {
  for (const box of boxes) {
    if (box.scrollWidth > box.clientWidth + 1) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
  }
};
markScrolling();
addEventListener("resize", markScrolling);

// Widgets, and folds that open on paper. The address carries the version of the book, as the style sheet's does.
import(new URL("./widgets/host.mjs", import.meta.url).href + new URL(import.meta.url).search);
