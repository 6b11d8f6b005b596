module.exports = require("./vendor/path.js");
