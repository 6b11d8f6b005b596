module.exports = require("./vendor/comparisons.js");
