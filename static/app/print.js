// A recorded copy: opens the browser's print dialogue, which also works by hand.
window.print();
