/** The systemd unit that `switchhook systemd` prints: https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html */

/** What the unit is for. */
export interface UnitOptions {
  /** The executable, as an absolute path. */
  readonly executable: string;
  /** The configuration file, as an absolute path. */
  readonly config: string;
  /** The version of systemd that it is for. */
  readonly systemdVersion: number;
}

/** Restarts with growing pauses are known from this version on. */
const WITH_BACK_OFF = 254;

/** Directories that `ProtectHome=` hides from the service. */
const HIDDEN = /^(\/home|\/root|\/run\/user)(?:\/|$)/;

/**
 * The unit file.
 *
 * @throws if the service could not see one of the files; the message says why
 */
export function unitFile({ executable, config, systemdVersion }: UnitOptions): string {
  for (const [path, better] of [
    [executable, "/usr/local/bin"],
    [config, "/etc/switchhook"],
  ] as const) {
    const hidden = HIDDEN.exec(path)?.[1];
    if (hidden) throw new Error(`the service sees nothing below ${hidden}; move ${path} to ${better}`);
  }
  const [program, file] = [executable, config].map(word);
  const backOff =
    systemdVersion >= WITH_BACK_OFF
      ? ["RestartSteps=8", "RestartMaxDelaySec=30s"]
      : ["# (systemd 254 and later: RestartSteps=8, RestartMaxDelaySec=30s)"];
  return `# Made by: switchhook systemd > /etc/systemd/system/switchhook.service
[Unit]
Description=Switchhook, the front desk for phone numbers answered by Retell AI agents
Wants=network-online.target
After=network-online.target
# It is started again for as long as it takes.
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart=${program} serve -c ${file}
# Waits until the new configuration is in force, and fails with the errors where it is refused.
ExecReload=${program} reload -c ${file}
Restart=always
RestartSec=250ms
${backOff.join("\n")}
WatchdogSec=15s
WatchdogSignal=SIGKILL
TimeoutStopSec=5s
LimitNOFILE=65536

# The API key, as \${credential:retell_api_key} in config.toml.
LoadCredential=retell_api_key:/etc/switchhook/retell_api_key
ConfigurationDirectory=switchhook
StateDirectory=switchhook
StateDirectoryMode=0700
# For sockets: admin.sock, and whatever [server] listen names here.
RuntimeDirectory=switchhook
UnsetEnvironment=BUN_BE_BUN BUN_OPTIONS
# Threads that wait for disks, two on small machines: each disk that hangs may hold two, and the log needs one.
Environment=UV_THREADPOOL_SIZE=8

# A user of its own, who may do nothing but this.
DynamicUser=yes
UMask=0077
CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
KeyringMode=private
LockPersonality=yes
DevicePolicy=closed
PrivateDevices=yes
PrivateMounts=yes
PrivateTmp=yes
PrivateUsers=yes
ProcSubset=pid
ProtectProc=invisible
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
# Every address: look-ups, notices and remote files are on the Internet. Without those: IPAddressAllow=localhost
IPAddressDeny=any
IPAddressAllow=0.0.0.0/0 ::/0
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources

[Install]
WantedBy=multi-user.target
`;
}

/** One word of a command line: https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines */
function word(text: string): string {
  const literal = text.replaceAll(/[\\"]/g, "\\$&").replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /[\s'"\\;]/.test(text) ? `"${literal}"` : literal;
}
