import * as pulumi from "@pulumi/pulumi";
import * as kvm from "pulumi-kvm";

const host = new kvm.Host("local");
const lab = new kvm.Bridge("lab", { host, addresses: ["10.73.0.1/24"] });
const image = new kvm.Image("guest", { host, source: new pulumi.Config().require("image") });

export const bridge = lab.reference;
export const disk = image.reference;
