// Reads a running list again after three seconds. Without scripts the link on the page does it.
setTimeout(() => location.reload(), 3000);
