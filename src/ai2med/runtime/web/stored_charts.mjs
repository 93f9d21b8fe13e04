/** Charts of the built page: until a reader comes near they are a description and a table of their data. */
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      // Where it cannot be loaded, the words and the table stay.
      import("./charts.mjs").then(({ draw }) => draw(target, JSON.parse(target.querySelector("script").textContent)));
    }
  },
  { rootMargin: "400px" },
);
for (const figure of document.querySelectorAll("figure[data-chart]")) near.observe(figure);
