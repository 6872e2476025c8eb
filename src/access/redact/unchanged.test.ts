import { loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';

import { normalisePolicy } from '../policy.ts';
import { createResponseFilter } from '../response-filter.ts';

/** What holds no secret must come through as it is, however much it speaks of secrets. */
const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: vault-secrets-operator
  namespace: token-service
  uid: 5d3ab0f6-7b1c-4c1f-9d57-0a2b3c4d5e6f
  resourceVersion: "184467"
  labels: {app: token-service, secret: shared, app.kubernetes.io/part-of: auth}
  annotations:
    deployment.kubernetes.io/revision: "4"
    checksum/secret: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    checksum/credentials: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    vault.hashicorp.com/agent-inject-token: "true"
    vault.hashicorp.com/agent-inject-secret-db-creds: database/creds/db-app
    prometheus.io/path: /metrics
spec:
  replicas: 2
  selector: {matchLabels: {app: token-service, secret: shared}}
  template:
    metadata: {labels: {app: token-service, secret: shared}}
    spec:
      serviceAccountName: token-reviewer
      automountServiceAccountToken: false
      imagePullSecrets: [{name: regcred}]
      nodeSelector: {node.kubernetes.io/secret: "yes", auth: basic}
      tolerations:
        - {key: dedicated-token, operator: Equal, value: secret-jobs, effect: NoSchedule}
        - {key: password, value: x, effect: NoExecute}
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector: {matchExpressions: [{key: token, operator: In, values: [token-service]}]}
      containers:
        - name: token
          image: registry.example.com:5000/team/api-token:1.2.3
          args: [--auth-mode=basic, --token-ttl=5m, --secret-name, web-tls, --password-file=/etc/db/password, --keyfile=/etc/tls/tls.key, --audit-log-path=-]
          env:
            - {name: PAYMENT_URL, value: "https://payments.shop.svc:8443/api"}
            - {name: PWD, value: /srv/app}
            - {name: AUTH_MODE, value: oidc}
            - {name: AUTH_SERVICE_HOST, value: auth.shop.svc}
            - {name: AUTH_SERVICE_PORT, value: "8080"}
            - {name: TOKEN_EXPIRATION, value: 15m}
            - {name: MAX_TOKENS, value: "4096"}
            - {name: SECRET_NAME, value: web-tls}
            - {name: PUBLIC_KEY, value: ssh-ed25519-short}
            - {name: SORT_KEY, value: created_at}
            - {name: AWS_ACCESS_KEY_ID_FILE, value: /etc/aws/id}
            - {name: GOOGLE_APPLICATION_CREDENTIALS, value: /var/secrets/google/key.json}
            - {name: AWS_WEB_IDENTITY_TOKEN_FILE, value: /var/run/secrets/eks.amazonaws.com/serviceaccount/token}
            - {name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: DB_PASSWORD}}}
            - {name: REPLICA_PASSWORD, value: $(DB_PASSWORD)}
            - {name: REQUIRE_AUTH, value: "true"}
            - {name: COMPASS, value: north}
            - {name: KEYBOARD, value: us}
          envFrom: [{secretRef: {name: web-secrets}}]
          volumeMounts: [{name: token, mountPath: /var/run/secrets/tokens, readOnly: true}]
          resources: {limits: {cpu: 500m, memory: 128Mi, example.com/token: "1"}}
          livenessProbe: {httpGet: {path: /auth/health, port: 8080, httpHeaders: [{name: Accept, value: text/html}]}}
      volumes:
        - {name: token, projected: {sources: [{serviceAccountToken: {audience: vault, expirationSeconds: 3600, path: token}}]}}
        - {name: secret, secret: {secretName: web-tls, items: [{key: tls.key, path: tls.key}]}}
        - {name: keys, csi: {driver: secrets-store.csi.k8s.io, nodePublishSecretRef: {name: creds}, volumeAttributes: {secretProviderClass: vault}}}
status:
  conditions: [{type: Available, status: "True", reason: MinimumReplicasAvailable, message: 'Deployment has minimum availability; secret "web-tls" found.'}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
        - name: postgres
          image: postgres:16
          command: [sh, -c, 'exec postgres -c password_encryption=scram-sha-256 -c ssl_key_file=/etc/tls/tls.key']
          env: [{name: POSTGRES_PASSWORD_FILE, value: /run/secrets/pg}, {name: POSTGRES_HOST_AUTH_METHOD, value: trust}]
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/auth-type: basic
    nginx.ingress.kubernetes.io/auth-secret: basic-auth
    nginx.ingress.kubernetes.io/auth-tls-secret: shop/ca-secret
    nginx.ingress.kubernetes.io/auth-url: https://auth.example.com/verify
    nginx.ingress.kubernetes.io/auth-realm: Authentication Required
    cert-manager.io/private-key-algorithm: ECDSA
spec:
  tls: [{hosts: [shop.example.com], secretName: web-tls}]
  rules: [{host: shop.example.com, http: {paths: [{path: /token, pathType: Prefix, backend: {service: {name: auth, port: {number: 8080}}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: auth, namespace: shop}
spec:
  selector: {app: auth, secret: blue}
  ports: [{name: token, port: 443, targetPort: https, protocol: TCP}]
  sessionAffinity: None
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: token-reviewer}
secrets: [{name: token-reviewer-token-x7k2p}]
imagePullSecrets: [{name: regcred}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: secret-reader}
rules:
  - {apiGroups: [""], resources: [secrets, pods/exec, serviceaccounts/token], resourceNames: [db-password, token], verbs: [get, list]}
  - {nonResourceURLs: [/healthz, /auth/token], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: secret-readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: secret-reader}
subjects: [{kind: User, name: 'system:serviceaccount:shop:token-reviewer'}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: tokens.example.com}
spec:
  group: example.com
  names: {plural: tokens, singular: token, kind: Token}
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          description: "A token: issued for a user. password=plain is never used."
          properties: {password: {type: string, description: 'The password: at least 8 characters.', default: changeme}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: auth}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: auth}
  metrics: [{type: Pods, pods: {metric: {name: tokens_per_second}, target: {type: AverageValue, averageValue: "100"}}}]
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec:
  secretName: web-tls
  privateKey: {algorithm: ECDSA, size: 256, rotationPolicy: Always}
  keystores: {pkcs12: {create: true, passwordSecretRef: {name: keystore, key: password}}}
  usages: [digital signature, key encipherment, server auth]
  issuerRef: {name: letsencrypt, kind: ClusterIssuer}
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: letsencrypt}
spec:
  acme:
    privateKeySecretRef: {name: letsencrypt-account}
    externalAccountBinding: {keyID: abc, keySecretRef: {name: eab, key: secret}}
    solvers: [{dns01: {cloudflare: {apiTokenSecretRef: {name: cloudflare, key: api-token}}, route53: {secretAccessKeySecretRef: {name: aws, key: secret-access-key}}}}]
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd, finalizers: [resources-finalizer.argocd.argoproj.io]}
spec:
  project: default
  source:
    repoURL: https://github.com/example/shop.git
    path: charts/shop
    targetRevision: main
    helm:
      parameters: [{name: image.tag, value: v1.2.3}, {name: auth.existingSecret, value: shop-auth}, {name: db.existingSecretPasswordKey, value: password}]
      valuesObject:
        auth: {enabled: true, type: oidc, existingSecret: shop-auth}
        tlsSecret: web-tls
        pullSecret: regcred
        passwordKey: admin-password
        passwordPolicy: strict
      values: |
        auth:
          enabled: true
          existingSecret: shop-auth
        imagePullSecrets:
          - name: regcred
        password: {{ .Values.global.password }}
  destination: {server: https://kubernetes.default.svc, namespace: shop}
status:
  sync: {status: Synced, revision: 9fceb02d0ae598e95dc970b74767f19372d61af8}
  resources: [{kind: Secret, name: db-password, namespace: shop, status: Synced, version: v1}]
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec:
  refreshInterval: 1h
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  target: {name: db, template: {data: {password: '{{ .password }}', url: 'postgres://{{ .user }}@db/shop'}}}
  data:
    - {secretKey: password, remoteRef: {key: shop/db, property: password}}
    - {secretKey: token, remoteRef: {key: shop/api, property: token}}
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: vault}
spec:
  provider:
    vault:
      server: https://vault.example.com:8200
      path: secret
      auth: {kubernetes: {mountPath: kubernetes, role: eso, serviceAccountRef: {name: eso}}, tokenSecretRef: {name: vault-token, key: token}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: nginx}
data:
  nginx.conf: |
    server {
      ssl_certificate_key /etc/nginx/tls.key;
      auth_basic off;
      proxy_set_header Authorization $http_authorization;
      location /token { proxy_pass http://token:8080; }
    }
  application.yaml: |
    auth:
      mode: oidc
      tokenUrl: https://login.example.com/oauth2/token
      password: \${DB_PASSWORD}
  settings.json: '{"auth": {"type": "basic"}, "tokenTtl": 300, "secretName": "web"}'
  ca.crt: |
    -----BEGIN CERTIFICATE-----
    MIIBszCCAVmgAwIBAgIUE0Zf0cPpgkLs2w3rPC1sF3yOiRowCgYIKoZIzj0EAwIw
    LzEtMCsGA1UEAwwkUHVibGljIGNlcnRpZmljYXRlIGZvciB0ZXN0cyBvbmx5MB4X
    -----END CERTIFICATE-----
---
apiVersion: v1
kind: Event
metadata: {name: web.17a}
involvedObject: {kind: Secret, name: web-tls, namespace: shop}
reason: FailedMount
message: 'MountVolume.SetUp failed for volume "token" : secret "db-password" not found'
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: all}
spec: {hard: {secrets: "10", count/tokens.example.com: "5", requests.cpu: "4"}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: token-policy}
webhooks:
  - name: token.example.com
    clientConfig: {service: {name: token, namespace: shop, path: /token}, caBundle: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJzekNDQVZtZ0F3SUJBZ0lVRTBaZjBjUHBna0xzMnczclBDMXNGM3lPaVJvd0NnWUlLb1pJemowRUF3SXcKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=}
    rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [secrets]}]
`;

const filter = createResponseFilter({ policy: normalisePolicy() });
const manifests = loadAll(MANIFESTS) as { kind: string; metadata: { name: string } }[];

describe('an object without secrets comes through unchanged', () => {
  test.each(manifests.map((manifest) => [manifest.kind, manifest] as const))('%s', (_, manifest) => {
    const request = { verb: 'get', group: 'any', version: 'v1', resource: 'things', name: manifest.metadata.name } as const;
    const given = structuredClone({ ...manifest, metadata: { ...manifest.metadata, managedFields: [{ manager: 'kubectl' }] } });
    expect(filter.apply(request, given)).toEqual(manifest);
  });

  test('and so does a list of all of them', () => {
    const request = { verb: 'list', group: 'any', version: 'v1', resource: 'things' } as const;
    const token = Buffer.from('{"v":"meta.k8s.io/v1","rv":1,"start":"token: hunter2hunter2"}').toString('base64');
    const list = { kind: 'List', apiVersion: 'v1', metadata: { continue: token }, items: manifests };
    expect(filter.apply(request, structuredClone(list))).toEqual(list);
  });
});
