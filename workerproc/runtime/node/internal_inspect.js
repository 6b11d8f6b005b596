module.exports = require("./vendor/inspect.js");
