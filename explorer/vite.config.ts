// Builds the page without data: one file, whose policy names the one script and the one style that may run.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const hash = (text: string): string => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`;

/** Libraries that the page holds; their licence asks to be in every copy. */
const LIBRARIES = ["preact", "@preact/signals", "@preact/signals-core"];

function licences(): string {
  const texts = LIBRARIES.map((name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}`);
  return texts.join("\n\n").replaceAll("--", "- -");
}

function onePage(): Plugin {
  return {
    name: "one-page",
    enforce: "post",
    generateBundle(_options, bundle) {
      const parts = { script: "", style: "" };
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === "chunk") parts.script += file.code.trim().replaceAll("</script", "<\\/script");
        else if (name.endsWith(".css")) parts.style += String(file.source).trim();
        delete bundle[name];
      }
      const marks: Record<string, string> = {
        "@script@": parts.script,
        "@style@": parts.style,
        "@licences@": licences(),
        "@script-hash@": hash(parts.script),
        "@style-hash@": hash(parts.style),
      };
      const page = readFileSync("page.html", "utf8").replace(/@[a-z-]+@/g, (mark) => marks[mark] ?? mark);
      this.emitFile({ type: "asset", fileName: "explorer.html", source: page });
    },
  };
}

export default defineConfig({
  plugins: [onePage()],
  build: {
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    lib: { entry: "src/main.tsx", formats: ["iife"], name: "kiban" },
    outDir: "dist",
  },
  define: { "process.env.NODE_ENV": '"production"' },
});
