module.exports = require("./vendor/assert.js");
