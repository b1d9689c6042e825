import { startHost } from "./host.js";

// Started and killed by host.test.ts: prints the host's process 1 and stays.
const host = await startHost({ name: "doomed", openvswitch: false, sshd: false });
console.log(host.pid);
setInterval(() => {}, 60_000);
