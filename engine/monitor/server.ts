import * as grpc from "@grpc/grpc-js";
import type { EngineEvent } from "../events.js";
import { CHANNEL_OPTIONS, engineService as engineProtocol, resourceService } from "../protocol.js";
import { engineService } from "./engine-service.js";
import { type MonitorOptions, resourceMonitor } from "./resource-monitor.js";

export interface MonitorServer {
  /** `127.0.0.1:<port>` */
  address: string;
  stop(): void;
}

/** Serves a program on the loopback interface, on a port the system chooses. */
export async function startMonitor(
  options: MonitorOptions & { emit: (event: EngineEvent) => void },
): Promise<MonitorServer> {
  const server = new grpc.Server(CHANNEL_OPTIONS);
  server.addService(resourceService.ResourceMonitorService, resourceMonitor(options));
  server.addService(engineProtocol.EngineService, engineService(options.emit));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}
