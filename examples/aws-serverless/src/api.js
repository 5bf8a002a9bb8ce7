// Returns the event and what the function knows of itself.
exports.handler = async (event, context) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    greeting: process.env.GREETING,
    region: process.env.AWS_REGION,
    requestId: context.awsRequestId,
    event,
  }),
});
