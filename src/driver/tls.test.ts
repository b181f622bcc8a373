/** Encryption is verified unless the URL says otherwise, and nothing is sent to a server that fails the check. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex, PassThrough } from "node:stream";
import { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createAsyncEngine } from "../create-engine.ts";
import { ConnectionError } from "../dialect/database-error.ts";

let directory: string;
let server: Server | undefined;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "sqlmodel-tls-"));
  const words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=elsewhere.example"];
  execFileSync("openssl", [...words, "-keyout", join(directory, "key.pem"), "-out", join(directory, "cert.pem")], {
    stdio: "ignore",
  });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));
afterEach(() => void server?.close());

const noPayload = Buffer.alloc(0);
const requestLength = { postgresql: 8, mysql: 36 };

/** A packet of MySQL's protocol: length, sequence number, payload. */
function packet(sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, payload]);
}

/** MySQL's greeting of a server that has TLS. */
function greeting(): Buffer {
  const capabilities = Buffer.from([0xff, 0xff, 0x21, 0x02, 0x00, 0x0f, 0x00, 21]);
  const parts = [
    "\x0a8.0.0\0\x01\0\0\0saltsalt\0",
    capabilities,
    Buffer.alloc(10),
    "saltsaltsalt\0",
    "mysql_native_password\0",
  ];
  return packet(0, Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part))));
}

/** A server with a certificate for another host, which hears what it is told once encryption stands, and hangs up. */
async function listen(kind: "postgresql" | "mysql"): Promise<{ url: string; heard: () => Buffer }> {
  let heard = noPayload;
  server = createServer((socket: Socket) => {
    socket.on("error", () => undefined);
    if (kind === "mysql") socket.write(greeting());
    // The client asks for TLS: an SSLRequest of either protocol, which the first bytes of TLS may follow at once.
    const encrypted = new PassThrough();
    socket.once("data", (data) => {
      if (kind === "postgresql") socket.write("S");
      encrypted.write(data.subarray(requestLength[kind]));
      socket.pipe(encrypted);
      const secure = new TLSSocket(Duplex.from({ readable: encrypted, writable: socket }), {
        isServer: true,
        key: readFileSync(join(directory, "key.pem")),
        cert: readFileSync(join(directory, "cert.pem")),
      });
      secure.on("error", () => undefined);
      secure.on("data", (data) => {
        heard = Buffer.concat([heard, data]);
        socket.destroy();
      });
    });
  });
  const listening = server;
  const port = await new Promise<number>((resolve) =>
    listening.listen(0, "127.0.0.1", () => resolve((listening.address() as { port: number }).port)),
  );
  return { url: `${kind}://ada:canary7731@127.0.0.1:${String(port)}/app`, heard: () => heard };
}

describe.each(["postgresql", "mysql"] as const)("%s", (kind) => {
  test.each([
    ["sslmode=require", /self.signed certificate/i],
    ["sslmode=verify-ca", /self.signed certificate/i],
    ["sslmode=verify-full", /self.signed certificate/i],
    ["sslmode=require&sslrootcert=CERT", /does not match certificate|altnames/i],
    ["sslrootcert=CERT", /does not match certificate|altnames/i],
  ])("%s refuses the certificate before anything is sent", async (parameters, message) => {
    const { url, heard } = await listen(kind);
    const engine = createAsyncEngine(
      `${url}?${parameters.replace("CERT", encodeURIComponent(join(directory, "cert.pem")))}`,
    );
    const refused = engine.connect();
    await expect(refused).rejects.toThrow(ConnectionError);
    await expect(refused).rejects.toThrow(message);
    expect(heard()).toEqual(noPayload);
    await engine.dispose();
  });

  test.each(["sslmode=no-verify", "sslmode=verify-ca&sslrootcert=CERT"])("%s goes on", async (parameters) => {
    const { url, heard } = await listen(kind);
    const engine = createAsyncEngine(
      `${url}?${parameters.replace("CERT", encodeURIComponent(join(directory, "cert.pem")))}`,
    );
    await expect(engine.connect()).rejects.toThrow(ConnectionError);
    expect(heard().toString("latin1")).toContain("ada");
    await engine.dispose();
  });

  test("a server without TLS is not spoken to in clear", async () => {
    let heard = noPayload;
    server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (data) => {
        heard = Buffer.concat([heard, data]);
        if (kind === "postgresql") socket.write("N");
      });
      // The greeting without the capability of TLS.
      if (kind === "mysql") {
        const plain = greeting();
        plain[4 + 1 + 6 + 4 + 9 + 1] = 0xf7;
        socket.write(plain);
      }
    });
    const listening = server;
    const port = await new Promise<number>((resolve) =>
      listening.listen(0, "127.0.0.1", () => resolve((listening.address() as { port: number }).port)),
    );
    const engine = createAsyncEngine(`${kind}://ada:canary7731@127.0.0.1:${String(port)}/app?sslmode=require`);
    await expect(engine.connect()).rejects.toThrow(/not support (SSL|secure)/);
    expect(heard.toString("latin1")).not.toContain("ada");
    await engine.dispose();
  });
});
