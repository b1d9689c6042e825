import type * as grpc from "@grpc/grpc-js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { EngineEvent, Severity } from "../events.js";
import { engineMessages } from "../protocol.js";

/** The other service a program needs: it logs here, and keeps the URN of the root stack. */
export function engineService(emit: (event: EngineEvent) => void): grpc.UntypedServiceImplementation {
  let root = "";
  return {
    log(call, respond) {
      const request = call.request as engineMessages.LogRequest;
      const severity = SEVERITIES[request.getSeverity()] ?? "info";
      const urn = request.getUrn();
      emit({
        kind: "diagnostic",
        severity,
        message: request.getMessage(),
        ...(urn === "" ? {} : { urn }),
        ...(request.getStreamid() === 0 ? {} : { streamId: request.getStreamid() }),
        ...(request.getEphemeral() ? { ephemeral: true } : {}),
      });
      respond(null, new empty.Empty());
    },
    getRootResource(_, respond) {
      respond(null, new engineMessages.GetRootResourceResponse().setUrn(root));
    },
    setRootResource(call, respond) {
      root = (call.request as engineMessages.SetRootResourceRequest).getUrn();
      respond(null, new engineMessages.SetRootResourceResponse());
    },
    startDebugging(_, respond) {
      respond(null, new empty.Empty());
    },
    requirePulumiVersion(_, respond) {
      respond(null, new engineMessages.RequirePulumiVersionResponse());
    },
  } satisfies Record<string, grpc.handleUnaryCall<unknown, unknown>>;
}

const SEVERITIES: Severity[] = ["debug", "info", "warning", "error"];
