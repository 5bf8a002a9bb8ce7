'use strict';

// A function that sends its response in three pieces, with pauses.
exports.main = {
    streams: true,
    fetch() {
        let number = 0;
        const body = new ReadableStream({
            async pull(controller) {
                if (number === 3) return controller.close();
                controller.enqueue(Buffer.from(`piece ${number}\n`));
                number += 1;
                await new Promise((resolve) => setTimeout(resolve, 300));
            },
        });
        const headers = [
            ['content-type', 'text/event-stream'],
            ['set-cookie', 'a=1'],
            ['set-cookie', 'b=2'],
        ];
        return new Response(body, { status: 201, headers });
    },
};
