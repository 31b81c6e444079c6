{{- define "berth.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 53 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "berth.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "berth.labels" -}}
{{ include "berth.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "berth.secretName" -}}
{{- .Values.existingSecret | default (include "berth.name" .) -}}
{{- end -}}

{{- define "berth.pod" -}}
metadata:
  labels:
    {{- include "berth.labels" . | nindent 4 }}
  annotations:
    # Settings hold from the start of a process: when they change, pods are replaced.
    checksum/settings: {{ list .Values.settings .Values.secrets | toJson | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "berth.name" . }}
  automountServiceAccountToken: false
  # Kubernetes' own BERTH_ variables about the service are of no use to it.
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: berth
      image: {{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      envFrom:
        - configMapRef:
            name: {{ include "berth.name" . }}
        - secretRef:
            name: {{ include "berth.secretName" . }}
            optional: {{ eq .Values.mode "single" }}
      env:
        - name: BERTH_TLS
          value: {{ ternary "/tls/tls.crt,/tls/tls.key" "off" (ne .Values.tls.secretName "") | quote }}
      ports:
        - name: registry
          containerPort: 5000
      # Alive is who answers; it does so from its first second, however long a migration takes.
      livenessProbe:
        httpGet:
          path: /healthz
          port: registry
          scheme: {{ ternary "HTTPS" "HTTP" (ne .Values.tls.secretName "") }}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet:
          path: /readyz
          port: registry
          scheme: {{ ternary "HTTPS" "HTTP" (ne .Values.tls.secretName "") }}
        periodSeconds: 2
        timeoutSeconds: 6
        failureThreshold: 2
      lifecycle:
        preStop:
          exec:
            # The image has no shell, and so no sleep.
            command:
              - /app/node_modules/node/bin/node
              - -e
              - setTimeout(() => {}, {{ mul .Values.preStopSeconds 1000 }})
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      volumeMounts:
        - name: data
          mountPath: /data
        {{- if .Values.tls.secretName }}
        - name: tls
          mountPath: /tls
          readOnly: true
        {{- end }}
  volumes:
    {{- if eq .Values.mode "cluster" }}
    # A node of a cluster keeps nothing that another needs, nor that its successor does. With a layer cache it has room
    # for that, and a quarter more.
    - name: data
      emptyDir:
        sizeLimit: {{ add 256 (mul 1280 (int (default 0 (index .Values.settings "BERTH_S3_CACHE")))) }}Mi
    {{- end }}
    {{- if .Values.tls.secretName }}
    - name: tls
      secret:
        secretName: {{ .Values.tls.secretName }}
        defaultMode: 0440
    {{- end }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "berth.selector" $ | nindent 10 }}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
