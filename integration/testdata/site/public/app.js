file app.js
