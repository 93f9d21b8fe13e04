/** The words of the bar above a notebook. */
export const STRINGS = {
  label: "About this notebook",
  back: (title) => `Back to: ${title}`,
  backToBook: "Back to the book",
  privacy: "Everything you type stays in this browser. Never paste real patient data.",
  reset: "Reset this notebook",
  resetTitle: "Reset this notebook?",
  resetText:
    "Your changes to this notebook are deleted from this browser. The notebook then shows the book's own text again. " +
    "To keep your work, download it first: File, Download.",
  resetConfirm: "Delete my changes",
  cancel: "Keep my changes",
  earlier: "You changed this notebook in an earlier version of the book. Your copy is still in this browser.",
  download: "Download my earlier copy",
  forget: "Delete my earlier copy",
  forgotten: "Your earlier copy is deleted.",
  refusedTitle: "The notebook cannot open here",
  refused:
    "This browser does not let the page store anything, and a notebook needs that. It happens in a private window, where " +
    "cookies are blocked, and inside a frame of another site, such as a learning platform. Open the book in a window of " +
    "its own, or choose one of these:",
  archive: "Download the notebooks (zip) and run them on your computer",
  onThePage: "Run the cells on the page of the book",
  failed: "This browser does not give access to its storage. Your changes may be lost when you close this page.",
};
