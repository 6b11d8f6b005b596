export const markdown = (text) => text.replace(/\*(.+?)\*/g, "<em>$1</em>");
