export {
  broken,
  expiredList,
  overloaded,
  throttled,
  tokenExpired,
  type FaultRule,
  type HttpFault,
  type TcpFault,
} from './fault.ts';
export { httpFaultProxy, type HttpFaultProxy, type Upstream } from './http-proxy.ts';
export { tcpFaultProxy, type TcpFaultProxy } from './tcp-proxy.ts';
