/** What a presentation says to its reader, in English. `{name}` is filled in. */
export const WORDS = {
  bar: "Presentation",
  listen: "Listen",
  pause: "Pause",
  listenHint: "Your browser reads the narration aloud with a voice of this device. Nothing is sent anywhere.",
  slower: "Slower",
  faster: "Faster",
  pace: "Pace {pace}",
  goOn: "Next slide by itself",
  captions: "Captions",
  overview: "Overview",
  speaker: "Speaker view",
  print: "Print",
  previous: "Previous",
  next: "Next",
  narration: "Narration",
  slide: "Slide {number} of {total}",
  speaking: "Speaking. Slide {number} of {total}.",
  paused: "Paused.",
  waiting: "Answer the question on this slide. Then the narration goes on.",
  ended: "The narration of this slide has ended.",
  done: "The presentation has ended.",
  failed: "The voice has stopped. Press Listen to try again.",
};

/** Fill the places of a text. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
