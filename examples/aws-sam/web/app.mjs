// Returns the event and what the function knows of the template.
export const handler = async (event) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ stage: process.env.STAGE, table: process.env.TABLE, event }),
});
