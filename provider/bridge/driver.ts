import type { Host } from "../host/host.js";
import type { Mark } from "../owner.js";
import type { Link } from "./links.js";

/** What a bridge shall be like. What is `undefined` is left as it is. */
export interface BridgeSettings {
  addresses: readonly string[] | undefined;
  mtu: number | undefined;
  /** OpenFlow versions such as `OpenFlow13`; Open vSwitch only. */
  protocols: readonly string[] | undefined;
  /** OpenFlow controller such as `tcp:127.0.0.1:6653`; Open vSwitch only. */
  controller: string | undefined;
}

export interface ObservedBridge {
  link: Link;
  mark: Mark | undefined;
  /** Whether the link is a bridge of the driver's kind at all. */
  isKind: boolean;
  addresses: string[];
  mtu: number;
  protocols?: string[];
  controller?: string | undefined;
}

/** A kind of bridge: a registry entry, so that a new one touches no resource. */
export interface BridgeDriver {
  observe(host: Host, name: string): Promise<ObservedBridge | undefined>;
  create(host: Host, name: string, mark: Mark, settings: BridgeSettings): Promise<void>;
  sync(host: Host, name: string, mark: Mark, settings: BridgeSettings, found: ObservedBridge): Promise<void>;
  remove(host: Host, name: string): Promise<void>;
  /** Whether a link is a port of the bridge. */
  hasPort(host: Host, name: string, port: string): Promise<boolean>;
  /** Makes a link a port of the bridge. */
  plug(host: Host, name: string, port: string): Promise<void>;
}
