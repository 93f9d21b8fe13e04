/** Answer one question of the page wrongly, as a reader would, and say what is amiss; an empty text if nothing is. */
async function answerWrongly(item) {
  const box = document.querySelector(`[data-item-id="${item.id}"][data-type]`);
  if (!box) return "The question is not on the page, or its widget does not live.";
  box.scrollIntoView();
  const set = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const options = () => [...box.querySelectorAll(".a2-kc-option input")];
  const fields = () => [...box.querySelectorAll(".a2-kc-editor .a2-kc-field")];
  const wrongChoice = (select, right) => [...select.options].map((o) => o.value).find((v) => v && !right.includes(v));
  const ways = {
    single: () => options().find((input) => !item.options.find((o) => o.id === input.value).correct).click(),
    multiple: () => options().filter((input) => !item.options.find((o) => o.id === input.value).correct).forEach((i) => i.click()),
    numeric: () => set(fields()[0], "-98765.4321"),
    predict: () => set(fields()[0], "nothing of the kind"),
    fill: () => {
      const names = item.text.flat().filter((run) => run.blank !== undefined).map((run) => run.blank);
      fields().forEach((field, k) => {
        const right = item.blanks[names[k]].accept;
        set(field, field.tagName === "SELECT" ? (wrongChoice(field, right) ?? right[0]) : "nothing of the kind");
      });
    },
    matching: () => fields().forEach((field, k) => set(field, wrongChoice(field, [item.prompts[k].answer]))),
    ordering: () => {}, // the order that is shown first is never the right one
    // The lines as they are shown: shuffled, and not indented.
    parsons: () => item.lines.forEach(() => box.querySelector("button.a2-kc-line").click()),
    text: () => set(fields()[0], "nothing of the kind ".repeat(item.fewest_words)),
    branching: () => {
      let here = item.start;
      for (let step = 0; step < 50 && item.nodes[here].choices.length; step += 1) {
        const { choices } = item.nodes[here];
        const at = Math.max(0, choices.findIndex((choice) => choice.quality === "poor"));
        box.querySelectorAll("button.a2-kc-reply")[at].click();
        here = choices[at].next;
      }
    },
  };
  ways[item.type]();
  box.querySelector('button[data-action="check"]')?.click();
  await new Promise((ends) => setTimeout(ends, 30));
  const status = box.querySelector('[role="status"]');
  if (!status || status.innerText.trim().length < 20) return "A wrong answer gets no feedback.";
  if (status.dataset.kind === "right" && item.type !== "branching") return "The wrong answer counts as right.";
  if (status.dataset.kind === "note") return `The answer was not taken: ${status.innerText.trim()}`;
  return "";
}
