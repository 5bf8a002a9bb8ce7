/**
 * Decodes API-gateway events and encodes responses. {@link apigw.Apigw} is where to begin.
 */
package apigw;
