{{- define "stagegate.selector" -}}
app.kubernetes.io/name: stagegate
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "stagegate.labels" -}}
{{ include "stagegate.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "stagegate.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "stagegate.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "stagegate.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* Apart from each other where that is possible. A list of the root and the component. */ -}}
{{- define "stagegate.spread" -}}
{{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "stagegate.selector" (index $ 0) | nindent 6 }}
      app.kubernetes.io/component: {{ index $ 1 }}
{{- end }}
{{- end }}

{{- /* Where pods go. */ -}}
{{- define "stagegate.scheduling" -}}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* A rule of a NetworkPolicy. */ -}}
{{- define "stagegate.metricsRule" }}
{{- if or .Values.networkPolicy.metricsFrom .Values.serviceMonitor.enabled }}
    - ports: [{port: admin, protocol: TCP}]
      {{- with .Values.networkPolicy.metricsFrom }}
      from: {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end }}
{{- end }}
