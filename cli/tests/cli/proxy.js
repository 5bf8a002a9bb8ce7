// A web server that does what the path says, also what no server should do.
"use strict";

const net = require("node:net");

const ok = (body, more = "") =>
  `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n${more}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const reactions = {
  "/die": () => process.exit(3),
  "/reset": (socket) => socket.resetAndDestroy(),
  "/close": (socket) => socket.end(),
  "/hang": () => {},
  "/bad": (socket) => socket.write("HTTP/1.1 200 OK\r\nbad header\r\n\r\n"),
  "/other": (socket) => socket.end("hello\r\n\r\n"),
  "/half": (socket) =>
    socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n100\r\nhello"),
  "/short": (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello"),
  "/slow": (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello"),
  "/huge": (socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n");
    const piece = Buffer.alloc(1 << 20, "a");
    const more = () => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on("drain", more);
    more();
  },
  // The connection that it leaves open is closed before the next request.
  "/last": (socket) => {
    socket.write(ok("last"));
    setTimeout(() => socket.destroy(), 50);
  },
  "/headers": (socket) =>
    socket.write(
      ok("headers", "set-cookie: a=1\r\nset-cookie: b=2\r\nconnection: x-own\r\nx-own: 1\r\n"),
    ),
  "/binary": (socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n");
    socket.write(Buffer.from([0xff, 0xfe]));
  },
  "/pieces": (socket) => {
    socket.write("HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n");
    let number = 0;
    const timer = setInterval(() => {
      if (number < 3) return socket.write(`8\r\npiece ${number++}\n\r\n`);
      clearInterval(timer);
      socket.write("0\r\n\r\n");
    }, 200);
  },
};

const server = net.createServer((socket) => {
  let text = Buffer.alloc(0);
  socket.on("error", () => {});
  socket.on("data", (data) => {
    text = Buffer.concat([text, data]);
    for (;;) {
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = text.subarray(0, end).toString();
      const [, method, target] = /^(\S+) (\S+) /.exec(head);
      const path = target.split("?")[0];
      if (path === "/early") {
        // The response comes before the body has been read.
        text = Buffer.alloc(0);
        socket.removeAllListeners("data");
        socket.resume();
        socket.end(ok("early"));
        return;
      }
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      const body = text.subarray(end + 4, end + 4 + length);
      text = text.subarray(end + 4 + length);
      const reaction = reactions[path];
      if (reaction !== undefined) reaction(socket);
      else socket.write(ok(`${method} ${target}\n${head.split("\r\n").slice(1).sort().join("\n")}\n${body.length}`));
    }
  });
});

// It takes a while to get ready.
setTimeout(() => server.listen(process.env.PORT, "127.0.0.1"), Number(process.argv[2] ?? 0));
