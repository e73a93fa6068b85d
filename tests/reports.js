// Opens pages of `assize eval -o html` in a headless Chromium, light and dark, narrow and wide, and prints what it saw as JSON:
// per page the console's errors, the addresses that were asked for, overflow, scripts, and the text.
// usage: node reports.js BROWSER_FOLDER CHROMIUM PAGE...
const path = require("path");
const { chromium } = require(path.resolve(process.argv[2], "node_modules/playwright-core"));

async function look(page, file, size, scheme) {
  const seen = { errors: [], requests: [], size, scheme };
  page.on("console", (message) => seen.errors.push(message.text()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("dialog", async (dialog) => {
    seen.errors.push("a dialog: " + dialog.message());
    await dialog.dismiss();
  });
  page.on("request", (request) => seen.requests.push(request.url()));
  await page.setViewportSize({ width: size, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto("file://" + path.resolve(file));
  Object.assign(seen, await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    cut: [...document.querySelectorAll("main *")].filter((one) =>
      !one.closest("svg") && !one.closest("thead") && one.getBoundingClientRect().right > innerWidth + 1).length,
    active: document.querySelectorAll("script,iframe,object,embed,img,link,form,base,[onerror],[onclick],[onload]").length,
    foreign: [...document.querySelectorAll("[href],[src]")].filter((one) => !/^#r\d+$/.test(one.getAttribute("href"))).length,
    text: document.body.innerText,
    pictures: [...document.querySelectorAll("svg")].map((one) => one.getAttribute("aria-label") || ""),
    background: getComputedStyle(document.body).backgroundColor,
    headings: [...document.querySelectorAll("h1,h2,h3,h4")].map((one) => Number(one.tagName[1])),
  })));
  return seen;
}

(async () => {
  const browser = await chromium.launch({ executablePath: process.argv[3], args: ["--no-sandbox"] });
  const looks = [];
  for (const file of process.argv.slice(4)) {
    for (const [size, scheme] of [[360, "light"], [400, "dark"], [1280, "light"], [1280, "dark"]]) {
      const page = await browser.newPage();
      looks.push({ file, ...(await look(page, file, size, scheme)) });
      await page.close();
    }
  }
  await browser.close();
  console.log(JSON.stringify(looks));
})().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
