import apigw = require('apigw');

const event: apigw.Event = apigw.decode('{}');
const path: string | undefined = event.path;
export = path;
