/** Certificates of a private authority, good and bad, made with openssl for the tests that need them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A key and the certificate for it, as PEM. */
export interface Certified {
  readonly key: string;
  readonly cert: string;
}

/** What {@link makeCertificates} makes. */
export interface Certificates {
  /** The authority's own certificate. */
  readonly ca: string;
  /** For 127.0.0.1 and localhost. */
  readonly good: Certified;
  /** For another host. */
  readonly otherHost: Certified;
  readonly expired: Certified;
  readonly selfSigned: Certified;
}

/** Whether the machine has what is needed. */
export const HAS_OPENSSL: boolean = Bun.which("openssl") !== null;

/** Makes certificates in an empty directory. */
export function makeCertificates(directory: string): Certificates {
  const openssl = (...args: readonly string[]) => {
    const { exitCode, stderr } = Bun.spawnSync(["openssl", ...args], { cwd: directory, stderr: "pipe" });
    if (exitCode !== 0) throw new Error(`Cannot run openssl ${args.join(" ")}: ${stderr}`);
  };
  const read = (name: string) => readFileSync(join(directory, name), "utf8");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const here = "subjectAltName=DNS:localhost,IP:127.0.0.1";

  writeFileSync(join(directory, "ca.cnf"), CA_CONFIG);
  mkdirSync(join(directory, "issued"));
  writeFileSync(join(directory, "index.txt"), "");
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "3650",
    "-subj",
    "/CN=Test CA",
  );
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "own.key",
    "-out",
    "own.pem",
    "-subj",
    "/CN=own",
    "-addext",
    here,
  );

  const certify = (name: string, names: string, from: string, to: string): Certified => {
    writeFileSync(join(directory, `${name}.ext`), names);
    openssl("req", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const signed = ["-in", `${name}.csr`, "-out", `${name}.pem`, "-extfile", `${name}.ext`];
    openssl("ca", "-batch", "-config", "ca.cnf", ...signed, "-notext", "-startdate", from, "-enddate", to);
    return { key: read(`${name}.key`), cert: read(`${name}.pem`) };
  };
  return {
    ca: read("ca.pem"),
    good: certify("good", here, "20200101000000Z", "20491231000000Z"),
    otherHost: certify("other", "subjectAltName=DNS:other.example", "20200101000000Z", "20491231000000Z"),
    expired: certify("expired", here, "20200101000000Z", "20210101000000Z"),
    selfSigned: { key: read("own.key"), cert: read("own.pem") },
  };
}

const CA_CONFIG = `[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = issued
certificate = ca.pem
private_key = ca.key
default_md = sha256
rand_serial = yes
policy = all
[all]
commonName = supplied
`;
