exports.partOfDay = (hour) => (hour < 12 ? "morning" : "afternoon");
