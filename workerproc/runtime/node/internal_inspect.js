const shown = require("./vendor/inspect.js");
shown.inspect.styles.regexp = "red";
module.exports = shown;
