/** The words of privacy. A translation is a copy of this file. */
export const WORDS = {
  page: "What you type stays in this browser. Never paste real patient data.",
  notebook: "What you type in this field stays on your device; code in cells goes to the computer that runs the notebook. Never paste real patient data.",
  your_data: "See or erase your data",
};
