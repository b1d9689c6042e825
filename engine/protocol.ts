import type * as grpc from "@grpc/grpc-js";

/**
 * Pulumi's generated protocol. The stubs are CommonJS, whose names Node cannot see from outside, so each module is imported
 * as a whole.
 */
export { default as engineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
export { default as engineMessages } from "@pulumi/pulumi/proto/engine_pb.js";
export { default as providerService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
export { default as providerMessages } from "@pulumi/pulumi/proto/provider_pb.js";
export { default as resourceService } from "@pulumi/pulumi/proto/resource_grpc_pb.js";
export { default as resourceMessages } from "@pulumi/pulumi/proto/resource_pb.js";
export { default as statusMessages } from "@pulumi/pulumi/proto/status_pb.js";

/** Both sides of Pulumi's connections allow messages of 400 MB. */
const MESSAGE_BYTES = 400 * 1024 * 1024;
export const CHANNEL_OPTIONS: grpc.ChannelOptions = {
  "grpc.max_receive_message_length": MESSAGE_BYTES,
  "grpc.max_send_message_length": MESSAGE_BYTES,
};
