// A dynamic provider whose things are files beside it. Tests place it as `thing.js` into a project.
const fs = require("node:fs");

const file = (id) => `${__dirname}/${id}.thing`;
const NOT_COMPARED = ["__provider", "double"];

module.exports = {
  async check(_olds, news) {
    return { inputs: news, failures: [] };
  },
  async diff(_id, olds, news) {
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
      (key) => !NOT_COMPARED.includes(key) && JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
    );
    return { changes: keys.length > 0, replaces: keys.filter((key) => key === "kind"), deleteBeforeReplace: false };
  },
  async create(inputs) {
    if (inputs.fail) throw new Error("told to fail");
    const id = `${inputs.name}-${inputs.kind ?? "plain"}`;
    return { id, outs: write(id, inputs) };
  },
  async update(id, _olds, news) {
    return { outs: write(id, news) };
  },
  async read(id) {
    if (!fs.existsSync(file(id))) return {};
    const { double, ...inputs } = JSON.parse(fs.readFileSync(file(id), "utf8"));
    return { id, props: { ...inputs, double }, inputs };
  },
  async delete(id) {
    fs.rmSync(file(id), { force: true });
  },
};

function write(id, { __provider, ...inputs }) {
  const outs = { ...inputs, double: (inputs.size ?? 0) * 2 };
  fs.writeFileSync(file(id), JSON.stringify(outs));
  return outs;
}
