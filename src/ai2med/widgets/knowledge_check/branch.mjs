/** A conversation that branches: what the other person says, what they think, and what the reader answers. */
import { freshId, h } from "../shared/ui.mjs";
import { WORDS } from "./words.mjs";
import { markOf, richBlocks, richInline, richPlain } from "./text.mjs";

const BRANCH_WORDS = WORDS;

/** The shortest way to a good ending, by good choices where there is one: a list of choices. */
function goodPath(item) {
  for (const accepted of [["good"], ["good", "acceptable"], ["good", "acceptable", "poor"]]) {
    const waiting = [[item.start, []]];
    const seen = new Set([item.start]);
    while (waiting.length) {
      const [key, path] = waiting.shift();
      const node = item.nodes[key];
      if (node.ending === "good") return path;
      for (const choice of node.choices) {
        if (!accepted.includes(choice.quality) || seen.has(choice.next)) continue;
        seen.add(choice.next);
        waiting.push([choice.next, [...path, choice]]);
      }
    }
  }
  return [];
}

/** Make the editor of a branching item. It asks for marking by itself when the conversation ends. */
export function branchEditor({ item, labelledby, onedit, onfinish }) {
  const transcript = h("ol", { class: "a2-kc-talk", "aria-labelledby": labelledby });
  const choices = h("div", { class: "a2-kc-choices", role: "group", "aria-label": BRANCH_WORDS.your_reply });
  const again = h(
    "button",
    { type: "button", class: "a2-button", onclick: restart, hidden: true },
    BRANCH_WORDS.restart,
  );
  const back = h("button", { type: "button", class: "a2-button", onclick: goBack, hidden: true }, BRANCH_WORDS.back);
  let path = [];
  let here = item.start;
  let said = new Map();

  function showNode() {
    const node = item.nodes[here];
    const thinks = node.thinks
      ? h(
          "div",
          { class: "a2-kc-thinks" },
          h("p", { class: "a2-kc-who" }, BRANCH_WORDS.thinks),
          ...richBlocks(node.thinks),
        )
      : null;
    const ends = node.ending ? h("p", { class: "a2-kc-who" }, BRANCH_WORDS.the_end) : null;
    const bubble = h("li", { class: "a2-kc-says", tabindex: -1 }, ends, ...richBlocks(node.says), thinks);
    transcript.append(bubble);
    choices.replaceChildren(
      ...node.choices.map((choice) =>
        h(
          "button",
          { type: "button", class: "a2-kc-reply", id: freshId("reply"), onclick: () => take(choice) },
          richInline(choice.text),
        ),
      ),
    );
    choices.hidden = !node.choices.length;
    again.hidden = back.hidden = !path.length;
    return bubble;
  }

  function step(choice) {
    const mark = h("span", { class: "a2-kc-slot" });
    said.set(`${here}/${choice.id}`, mark);
    transcript.append(
      h(
        "li",
        { class: "a2-kc-you" },
        h("p", { class: "a2-kc-who" }, BRANCH_WORDS.you),
        h("p", {}, richInline(choice.text)),
        mark,
      ),
    );
    path.push(choice.id);
    here = choice.next;
    return showNode();
  }

  function take(choice) {
    // The button that was pressed is about to go: the focus moves on to what happens next.
    step(choice).focus();
    if (item.nodes[here].ending) onfinish();
  }

  function start() {
    path = [];
    here = item.start;
    said = new Map();
    transcript.replaceChildren();
    return showNode();
  }

  function restart() {
    start().focus();
    onedit();
  }

  function goBack() {
    const before = path.slice(0, -1);
    let bubble = start();
    for (const key of before) bubble = step(item.nodes[here].choices.find((choice) => choice.id === key));
    bubble.focus();
    onedit();
  }

  start();
  return {
    auto: true,
    actions: [back, again],
    element: h("div", {}, transcript, choices),
    read: () => [...path],
    write(response) {
      start();
      for (const key of response) step(item.nodes[here].choices.find((choice) => choice.id === key));
    },
    clear: () => said.forEach((mark) => mark.replaceChildren()),
    show(notes) {
      for (const { target, kind } of notes) said.get(target)?.replaceChildren(markOf(kind, BRANCH_WORDS.quality[kind]));
    },
    label(target) {
      const [node, key] = target.split("/");
      return key ? richPlain(item.nodes[node]?.choices.find((choice) => choice.id === key)?.text) : null;
    },
    tag: (target, kind) => BRANCH_WORDS.quality[kind],
    solution: () =>
      h(
        "ol",
        {},
        goodPath(item).map((choice) => h("li", {}, richInline(choice.text))),
      ),
  };
}
