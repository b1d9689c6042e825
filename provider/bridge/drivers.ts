import type { BridgeDriver } from "./driver.js";
import { linuxBridge } from "./linux.js";
import { openVswitchBridge } from "./open-vswitch.js";

/** The kinds of bridges. A new kind is an entry here. */
export const bridgeDrivers = {
  linux: linuxBridge,
  openvswitch: openVswitchBridge,
} satisfies Record<string, BridgeDriver>;
