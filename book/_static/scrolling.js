// What is wider than its place scrolls. Where it does, it can be reached with the keyboard, and its
// edge fades as long as more follows (custom.css).

const SCROLLS = ".bd-article :is(table, pre, div.math)";

const watchScrolling = () => {
  const look = ({ target: node }) => {
    const room = node.scrollWidth - node.clientWidth;
    const scrolls = room > 1 && getComputedStyle(node).overflowX !== "visible";
    node.classList.toggle("scrolls", scrolls && node.scrollLeft < room - 1);
    if (scrolls) node.tabIndex = 0;
    else if (node.tabIndex === 0) node.removeAttribute("tabindex");
  };
  const sizes = new ResizeObserver(changes => changes.forEach(look));
  for (const node of document.querySelectorAll(SCROLLS)) {
    sizes.observe(node);
    node.addEventListener("scroll", look, { passive: true });
  }
};

document.addEventListener("DOMContentLoaded", watchScrolling);
