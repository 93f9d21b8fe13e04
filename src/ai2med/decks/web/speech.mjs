/**
 * Reads sentences aloud with a voice of the device. A voice that is not local sends the text to its maker: never used.
 */

/** The best local voice for a language, or undefined. */
export function localVoice(synthesis, language) {
  const local = (synthesis?.getVoices() ?? []).filter((voice) => voice.localService && voice.lang.startsWith(language));
  return local.find((voice) => voice.lang === "en-GB") ?? local.find((voice) => voice.default) ?? local[0];
}

/** Call back now and whenever the list of voices changes: browsers fill it late. */
export function watchVoices(synthesis, callback) {
  if (!synthesis) return;
  synthesis.addEventListener?.("voiceschanged", callback);
  callback();
}

/**
 * A reader of one sentence after the other.
 * @param {SpeechSynthesis} synthesis
 * @param {{language: string, sentence: Function, end: Function, fail: Function}} told called with the number of the
 *   sentence that begins, at the end of the last, and when the voice fails
 */
export function reader(synthesis, told) {
  /** Counts the beginnings: what an older one still has to say is not heard. */
  let turn = 0;
  let sentences = [];
  let at = 0;
  let rate = 1;

  function speak(mine) {
    if (mine !== turn) return;
    if (at >= sentences.length) return told.end();
    const utterance = new SpeechSynthesisUtterance(sentences[at]);
    const voice = localVoice(synthesis, told.language);
    if (!voice) return told.fail();
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.rate = rate;
    utterance.onend = () => {
      if (mine !== turn) return;
      at += 1;
      speak(mine);
    };
    utterance.onerror = () => {
      if (mine === turn) told.fail();
    };
    told.sentence(at);
    synthesis.speak(utterance);
  }

  function stop() {
    turn += 1;
    synthesis.cancel();
  }

  return {
    stop,
    /** Begin with a list of sentences, at the given one. */
    begin(list, from = 0) {
      stop();
      sentences = list;
      at = from;
      speak(turn);
    },
    /** Where it is, to go on from later. */
    place: () => at,
    /** Change the pace; a sentence that is being read begins again. */
    pace(value, speaking) {
      rate = value;
      if (!speaking) return;
      stop();
      speak(turn);
    },
  };
}
