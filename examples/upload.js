/* Posts a file with a form that your service issued. In a browser only `upload` is needed; with Node:
   node upload.js FORM.json FILE [NAME=VALUE...]  where the values fill in what the form leaves open. */
async function upload(form, file, open = {}) {
    const data = new FormData();

    for (const [name, value] of Object.entries({ ...form.fields, ...open }))
        data.append(name, value);
    data.append("file", file, file.name); // last: stores do not read what comes behind it
    const reply = await fetch(form.url, { method: "POST", body: data });
    if (!reply.ok) {
        const reason = /<Code>([^<]*)<\/Code>/.exec(await reply.text()); // the rest may repeat the policy: not for a log
        throw new Error(`HTTP ${reply.status} ${reason ? reason[1] : ""}`);
    }
}

async function main([formPath, filePath, ...pairs]) {
    const fs = require("node:fs"), path = require("node:path");
    const file = Object.assign(new Blob([fs.readFileSync(filePath)]), { name: path.basename(filePath) });

    await upload(JSON.parse(fs.readFileSync(formPath)), file, Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s))));
    console.log("stored");
}

if (typeof process !== "undefined")
    main(process.argv.slice(2)).catch((error) => { console.error(error.message); process.exitCode = 1; });
