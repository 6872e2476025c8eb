/** MCP over HTTP, both protocol eras at one address, and what watches over the process: health and readiness. */
export { serveOverHttp, type HttpParts, type HttpServer } from './server.ts';
