import type { Host } from "../host/host.js";
import type { Mark } from "../owner.js";
import type { Link } from "./links.js";

/** What a bridge shall be like. What is `undefined` is left as it is. */
export interface BridgeSettings {
  up: boolean;
  addresses: readonly string[] | undefined;
  mtu: number | undefined;
  /** OpenFlow versions such as `OpenFlow13`; Open vSwitch only. */
  protocols: readonly string[] | undefined;
  /** OpenFlow controller such as `tcp:127.0.0.1:6653`, `null` for none; Open vSwitch only. */
  controller: string | null | undefined;
}

export interface ObservedBridge {
  /** Absent where a switch has the bridge in its books, but could not make it. */
  link: Link | undefined;
  mark: Mark | undefined;
  /** The incarnation that the thing itself carries, even where the rest of its mark is lost. */
  incarnation: string | undefined;
  /** Whether the link is a bridge of the driver's kind at all. */
  isKind: boolean;
  up: boolean;
  addresses: string[];
  mtu: number;
  protocols?: string[];
  controller?: string | undefined;
}

/** A kind of bridge: a registry entry, so that a new one touches no resource. */
export interface BridgeDriver {
  observe(host: Host, name: string): Promise<ObservedBridge | undefined>;
  create(host: Host, name: string, mark: Mark, settings: BridgeSettings): Promise<void>;
  sync(host: Host, link: Link, mark: Mark, settings: BridgeSettings): Promise<void>;
  remove(host: Host, name: string): Promise<void>;
  /** Whether a link is a port of the bridge. */
  hasPort(host: Host, name: string, port: string): Promise<boolean>;
  /** Makes a link a port of the bridge. */
  plug(host: Host, name: string, port: string): Promise<void>;
}
