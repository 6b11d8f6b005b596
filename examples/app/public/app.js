async function show() {
  const { title, guests } = await (await fetch("/api/guests")).json();
  document.querySelector("#title").textContent = title;
  document.querySelector("#guests").replaceChildren(...guests.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
}

document.querySelector("#form").addEventListener("submit", async (event) => {
  event.preventDefault();
  await fetch("/api/guests", { method: "POST", body: document.querySelector("#name").value });
  await show();
});

await show();
