// The entrance leads on to the reader's language; without this script it shows a link to each.
const ours = (navigator.languages || [navigator.language]).map((code) => code.slice(0, 2)).find((code) => code === "en" || code === "ja");
location.replace(`${ours || "en"}/`);
