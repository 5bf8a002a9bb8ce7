export const main_handler = async (event) => ({ statusCode: 200, headers: {}, body: event.path });

export default { fetch: () => new Response(Uint8Array.of(0xff)) };
