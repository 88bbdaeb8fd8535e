/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.proxyheader.examples.forward.config.ConfigProblem.Code;
import io.github.proxyheader.examples.forward.config.ForwarderConfig.Transport;
import io.github.proxyheader.examples.forward.config.RuleConfig.Balance;
import io.github.proxyheader.examples.forward.config.RuleConfig.Protocol;
import io.github.proxyheader.examples.forward.config.TargetConfig.HeaderTlv;
import io.github.proxyheader.protocol.ProxyVersion;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConfigFileTest {
  private static final String RULE =
      """
      [[rule]]
      listen = "127.0.0.1:25565"
      """;
  private static final String TARGET =
      """
      [[rule.target]]
      address = "10.1.0.5:25565"
      """;

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("forwarder.toml");
  }

  private ForwarderConfig read(String toml) throws Exception {
    return ConfigFile.read(Files.writeString(file, toml));
  }

  private List<ConfigProblem> problems(String toml) throws Exception {
    return problems(toml.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private List<ConfigProblem> problems(byte[] toml) throws Exception {
    Files.write(file, toml);
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file));
    assertThat(e).as("problems of %s", file).isNotNull();
    return e.problems();
  }

  /** What is wrong, as {@code LINE KEY CODE}. */
  private List<String> told(String toml) throws Exception {
    return problems(toml).stream()
        .map(problem -> problem.line() + " " + problem.key() + " " + problem.code())
        .toList();
  }

  @Test
  void ruleMixesTargetsWithAndWithoutHeader() throws Exception {
    ForwarderConfig config =
        read(
            """
            [[rule]]
            name = "game"
            listen = "0.0.0.0:25565"
            protocol = "tcp"
            accept_proxy_protocol = ["10.0.0.0/8"]
            [[rule.target]]
            address = "10.1.0.5:25565"
            proxy_protocol = "v2"
            [[rule.target]]
            address = "10.1.0.6:25565"
            [[rule.target]]
            address = "[2001:db8::7]:25565"
            proxy_protocol = "v1"
            """);

    RuleConfig rule = config.rules().get(0);
    assertThat(rule.name()).isEqualTo("game");
    assertThat(rule.listen())
        .isEqualTo(new InetSocketAddress(InetAddress.getByAddress(new byte[4]), 25565));
    assertThat(rule.acceptProxyProtocol()).containsExactly("10.0.0.0/8");
    assertThat(rule.targets())
        .extracting(target -> target.proxyProtocol())
        .containsExactly(ProxyVersion.V2, null, ProxyVersion.V1);
    assertThat(rule.targets()).extracting(target -> target.address().getPort()).containsOnly(25565);
  }

  @Test
  void everythingElseHasADefault() throws Exception {
    ForwarderConfig config = read(RULE + TARGET);

    assertThat(config.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(config.transport()).isEqualTo(Transport.AUTO);
    assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.admin()).isNull();
    assertThat(config.accessLog()).isNull();
    RuleConfig rule = config.rules().get(0);
    assertThat(rule.name()).isEqualTo("127.0.0.1:25565");
    assertThat(rule.protocol()).isEqualTo(Protocol.TCP);
    assertThat(rule.acceptProxyProtocol()).isEmpty();
    assertThat(rule.headerTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(rule.balance()).isEqualTo(Balance.ROUND_ROBIN);
    assertThat(rule.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(rule.idleTimeout()).isEqualTo(Duration.ofMinutes(10));
    assertThat(rule.maxConnections()).isEqualTo(10_000);
    assertThat(rule.reusePort()).isFalse();
    assertThat(rule.tls()).isNull();
    assertThat(rule.healthCheck()).isNull();
    assertThat(rule.targets().get(0).tlvs()).isEmpty();
    assertThat(rule.targets().get(0).tls()).isNull();
  }

  @Test
  void everyKeyIsRead() throws Exception {
    copyPair("server.pem");
    ForwarderConfig config =
        read(
            """
            threads = 2
            transport = "nio"
            drain_timeout = "500ms"
            admin = "127.0.0.1:9100"
            access_log = "access.log"
            [[rule]]
            listen = "[::1]:0"
            header_timeout = "1s"
            balance = "least_connections"
            connect_timeout = "2s"
            idle_timeout = "1h"
            max_connections = 5
            reuse_port = true
            [rule.tls]
            certificate = "server.pem"
            key = "server.pem"
            client_ca = "server.pem"
            client_required = true
            handshake_timeout = "4s"
            alpn = ["h2", "http/1.1"]
            [[rule.tls.name]]
            name = "*.Example.org"
            certificate = "server.pem"
            key = "server.pem"
            [rule.health_check]
            interval = "3s"
            timeout = "1s"
            rise = 4
            fall = 5
            [[rule.target]]
            address = "10.1.0.5:25565"
            proxy_protocol = "v2"
            tlvs = ["received", "tls", "unique_id", "crc32c"]
            [rule.target.tls]
            ca = "server.pem"
            server_name = "backend.example.org"
            """);

    Path pem = folder.resolve("server.pem");
    assertThat(config.threads()).isEqualTo(2);
    assertThat(config.transport()).isEqualTo(Transport.NIO);
    assertThat(config.drainTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.admin()).isEqualTo(new InetSocketAddress("127.0.0.1", 9100));
    assertThat(config.accessLog()).isEqualTo(folder.resolve("access.log").toString());
    RuleConfig rule = config.rules().get(0);
    assertThat(rule.headerTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(rule.balance()).isEqualTo(Balance.LEAST_CONNECTIONS);
    assertThat(rule.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(rule.idleTimeout()).isEqualTo(Duration.ofHours(1));
    assertThat(rule.maxConnections()).isEqualTo(5);
    assertThat(rule.reusePort()).isTrue();
    assertThat(rule.tls())
        .isEqualTo(
            new TlsConfig(
                pem,
                pem,
                pem,
                true,
                Duration.ofSeconds(4),
                List.of("h2", "http/1.1"),
                List.of(new TlsConfig.NameConfig("*.example.org", pem, pem))));
    assertThat(rule.healthCheck())
        .isEqualTo(new HealthCheckConfig(Duration.ofSeconds(3), Duration.ofSeconds(1), 4, 5));
    TargetConfig target = rule.targets().get(0);
    assertThat(target.tlvs()).containsExactlyInAnyOrder(HeaderTlv.values());
    assertThat(target.tls()).isEqualTo(new TargetTlsConfig(pem, "backend.example.org"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"V2\"",
        "\"v3\"",
        "\"\"",
        "\" v2\"",
        "2",
        "2.0",
        "true",
        "[\"v2\"]",
        "[]",
        "{}",
        "inf",
        "1979-05-27",
        "\"\\u0000\"",
        "\"none\""
      })
  void anyOtherProxyProtocolIsInvalidOnAnyRule(String value) throws Exception {
    for (String protocol : List.of("tcp", "udp")) {
      String toml = RULE + "protocol = \"" + protocol + "\"\n" + TARGET;

      assertThat(told(toml + "proxy_protocol = " + value + "\n"))
          .containsExactly("6 rule[0].target[0].proxy_protocol validation.proxy_protocol_invalid");
    }
  }

  @Test
  void onlyVersion2WorksWithUdp() throws Exception {
    String toml = RULE + "protocol = \"udp\"\n" + TARGET;

    assertThat(read(toml).rules().get(0).protocol()).isEqualTo(Protocol.UDP);
    assertThat(read(toml + "proxy_protocol = \"v2\"\n").rules().get(0).targets().get(0))
        .extracting(target -> target.proxyProtocol())
        .isEqualTo(ProxyVersion.V2);
    assertThat(told(toml + "proxy_protocol = \"v1\"\n"))
        .containsExactly(
            "6 rule[0].target[0].proxy_protocol validation.proxy_protocol_on_unsupported_rule");
  }

  @Test
  void allProblemsOfAllRulesAreToldAtOnce() throws Exception {
    assertThat(
            told(
                """
                threads = "2"
                [[rule]]
                listen = "0.0.0.0:53"
                protocol = "udp"
                [[rule.target]]
                address = "10.0.0.1:53"
                proxy_protocol = "v1"
                [[rule.target]]
                address = "10.0.0.1:99999"
                proxy_protocol = 1

                [[rule]]
                listen = "0.0.0.0:53"
                colour = "red"
                target = [
                  {address = "10.0.0.1:53", proxy_protocol = "v3"}, {proxy_protocol = "v2"},
                  {address = "10.0.0.1:53", proxy_protocol = "V1", proxy = 1},
                  7]
                [[rule]]
                listen = "0.0.0.0:53"
                target = []
                [[rule]]
                """))
        .containsExactly(
            "1 threads validation.wrong_type",
            "7 rule[0].target[0].proxy_protocol validation.proxy_protocol_on_unsupported_rule",
            "9 rule[0].target[1].address validation.invalid_value",
            "10 rule[0].target[1].proxy_protocol validation.proxy_protocol_invalid",
            "14 rule[1].colour validation.unknown_key",
            "16 rule[1].target[0].proxy_protocol validation.proxy_protocol_invalid",
            "16 rule[1].target[1].address validation.missing_key",
            "17 rule[1].target[2].proxy_protocol validation.proxy_protocol_invalid",
            "17 rule[1].target[2].proxy validation.unknown_key",
            "18 rule[1].target[3] validation.wrong_type",
            "20 rule[2].listen validation.duplicate",
            "21 rule[2].target validation.invalid_value",
            "22 rule[3].listen validation.missing_key",
            "22 rule[3].target validation.missing_key");
  }

  @Test
  void problemTellsFileLineKeyCodeAndRule() throws Exception {
    List<ConfigProblem> problems =
        problems(RULE + "name = \"ga\\\"me\"\n" + TARGET + "proxy_protocol = \"v3\"\n");

    assertThat(problems)
        .extracting(ConfigProblem::toString)
        .containsExactly(
            file
                + ":6: rule[0].target[0].proxy_protocol: validation.proxy_protocol_invalid: \"v3\""
                + " (expected: \"v1\" or \"v2\", or no such key: bytes as they are),"
                + " rule \"ga\\\"me\"");
  }

  @Test
  void whatTheFileSaysIsToldInVisibleCharacters() throws Exception {
    List<ConfigProblem> problems =
        problems(
            RULE
                + "\"a\\nb\" = 1\n\"c\\u202ed\" = 1\n"
                + TARGET
                + "proxy_protocol = \"\\u001b[31m\\r\\n%s\"\n".formatted("x".repeat(200)));

    assertThat(problems).hasSize(3);
    assertThat(problems)
        .allSatisfy(
            problem ->
                assertThat((problem.key() + problem.text()).codePoints())
                    .allMatch(Text::isVisible)
                    .hasSizeLessThan(250));
    assertThat(problems.get(2).text()).startsWith("\"\\u001b[31m\\u000d\\u000axxx");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "threads = 0                         | threads          | invalid_value",
        "threads = 1025                      | threads          | invalid_value",
        "threads = -9223372036854775808      | threads          | invalid_value",
        "threads = 1.5                       | threads          | wrong_type",
        "transport = \"EPOLL\"               | transport        | invalid_value",
        "transport = 1                       | transport        | wrong_type",
        "drain_timeout = 10                  | drain_timeout    | wrong_type",
        "drain_timeout = \"10\"              | drain_timeout    | invalid_value",
        "drain_timeout = \"-1s\"             | drain_timeout    | invalid_value",
        "drain_timeout = \"1d\"              | drain_timeout    | invalid_value",
        "drain_timeout = \"25h\"             | drain_timeout    | invalid_value",
        "drain_timeout = \"99999999999999s\" | drain_timeout    | invalid_value",
        "admin = \"0.0.0.0:9100\"            | admin            | invalid_value",
        "admin = \"192.0.2.1:9100\"          | admin            | invalid_value",
        "admin = \"localhost:9100\"          | admin            | invalid_value",
        "admin = 9100                        | admin            | wrong_type",
        "access_log = \"\"                   | access_log       | invalid_value",
        "access_log = \"a\\u0000b\"          | access_log       | invalid_value",
        "access_log = \"a\\u001b[31m\"       | access_log       | invalid_value",
        "access_log = true                   | access_log       | wrong_type",
        "Threads = 1                         | Threads          | unknown_key",
        "tls = {}                            | tls              | unknown_key",
      })
  void topIsStrict(String line, String key, String code) throws Exception {
    assertThat(told(line + "\n" + RULE + TARGET))
        .containsExactly("1 " + key + " validation." + code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "name = \"\"                               | name                     | invalid_value",
        "name = \"a\\tb\"                          | name                     | invalid_value",
        "name = 5                                  | name                     | wrong_type",
        "protocol = \"icmp\"                       | protocol                 | invalid_value",
        "protocol = [\"tcp\"]                      | protocol                 | wrong_type",
        "accept_proxy_protocol = \"10.0.0.0/8\"    | accept_proxy_protocol    | wrong_type",
        "accept_proxy_protocol = true              | accept_proxy_protocol    | wrong_type",
        "accept_proxy_protocol = [\"10.0.0.0/33\"] | accept_proxy_protocol[0] | invalid_value",
        "accept_proxy_protocol = [\"localhost\"]   | accept_proxy_protocol[0] | invalid_value",
        "accept_proxy_protocol = [\"::1\", 5]      | accept_proxy_protocol[1] | wrong_type",
        "accept_proxy_protocol = [\"::1\", \"::1\"]| accept_proxy_protocol[1] | duplicate",
        "header_timeout = \"0s\"                   | header_timeout           | invalid_value",
        "balance = \"random\"                      | balance                  | invalid_value",
        "connect_timeout = \"0ms\"                 | connect_timeout          | invalid_value",
        "idle_timeout = false                      | idle_timeout             | wrong_type",
        "max_connections = 0                       | max_connections          | invalid_value",
        "max_connections = \"many\"                | max_connections          | wrong_type",
        "reuse_port = \"yes\"                      | reuse_port               | wrong_type",
        "tls = true                                | tls                      | wrong_type",
        "tls = [{}]                                | tls                      | wrong_type",
        "health_check = 5                          | health_check             | wrong_type",
        "health_check = {interval = \"1ms\"}       | health_check.interval    | invalid_value",
        "health_check = {rise = 0}                 | health_check.rise        | invalid_value",
        "health_check.path = \"/\"                 | health_check.path        | unknown_key",
        "targets = []                              | targets                  | unknown_key",
      })
  void ruleIsStrict(String line, String key, String code) throws Exception {
    assertThat(told(RULE + line + "\n" + TARGET))
        .containsExactly("3 rule[0]." + key + " validation." + code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "25565",
        ":25565",
        "*:25565",
        "0.0.0.0",
        "0.0.0.0:",
        "0.0.0.0:65536",
        "0.0.0.0:-1",
        "0.0.0.0:080",
        "0.0.0.0:99999999999",
        "010.0.0.1:80",
        "1.2.3:80",
        "256.0.0.1:80",
        "localhost:80",
        "::1:80",
        "[::1:80",
        "[::1]",
        "[127.0.0.1]:80",
        "[fe80::1%lo]:80",
        "127.0.0.1:80\\n",
        "0x7f.0.0.1:80",
        "[::g]:80"
      })
  void listenIsAnAddressAndAPort(String address) throws Exception {
    assertThat(told("[[rule]]\nlisten = \"" + address + "\"\n" + TARGET))
        .containsExactly("2 rule[0].listen validation.invalid_value");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.1",
        "10.0.0.1:0",
        "10.0.0.1:65536",
        "1.2.3:80",
        "010.0.0.1:80",
        "a b:80",
        "a/b:80",
        "-a:80",
        "a..b:80",
        "999.1.1.1:80",
        "::1:80",
        "[a]:80",
        "a\\u0000:80",
        "1:80",
        "2130706433:80",
        "http://a:80",
        "a@b:80"
      })
  void targetIsAnAddressOrANameAndAPort(String address) throws Exception {
    assertThat(told(RULE + "[[rule.target]]\naddress = \"" + address + "\"\n"))
        .containsExactly("4 rule[0].target[0].address validation.invalid_value");
  }

  @Test
  void nameOfATargetIsResolved() throws Exception {
    TargetConfig target =
        read(RULE + "[[rule.target]]\naddress = \"localhost:80\"\n")
            .rules()
            .get(0)
            .targets()
            .get(0);

    assertThat(target.address().getAddress().isLoopbackAddress()).isTrue();
    assertThat(target.address().getHostString()).isEqualTo("localhost");
  }

  @Test
  void nameThatNobodyKnowsIsToldOf() throws Exception {
    // No resolver knows names under this domain (RFC 6761).
    assertThat(told(RULE + "[[rule.target]]\naddress = \"a.invalid:80\"\n"))
        .containsExactly("4 rule[0].target[0].address validation.unknown_host");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "tlvs = [\"crc32c\"]                              | tlvs    | invalid_value",
        "proxy_protocol = \"v1\";tlvs = [\"crc32c\"]     | tlvs    | invalid_value",
        "proxy_protocol = \"v2\";tlvs = \"crc32c\"       | tlvs    | wrong_type",
        "proxy_protocol = \"v2\";tlvs = [\"CRC32C\"]     | tlvs[0] | invalid_value",
        "proxy_protocol = \"v2\";tlvs = [\"tls\", \"tls\"] | tlvs[1] | duplicate",
        "weight = 5                                       | weight  | unknown_key",
        "tls = 5                                          | tls     | wrong_type",
        "tls = {server_name = \"a b\"}            | tls.server_name | invalid_value",
        "tls = {server_name = \"a_b.org\"}        | tls.server_name | invalid_value",
        "tls = {server_name = \"a.org.\"}         | tls.server_name | invalid_value",
      })
  void targetIsStrict(String lines, String key, String code) throws Exception {
    String toml = RULE + TARGET + lines.replace(";", "\n") + "\n";
    int line = 4 + (int) lines.replace(";", "\n").lines().count();

    assertThat(told(toml))
        .containsExactly(line + " rule[0].target[0]." + key + " validation." + code);
  }

  @Test
  void namesAndAddressesAreThereOnce() throws Exception {
    String named = RULE + "name = \"game\"\n" + TARGET;

    assertThat(told(named + named))
        .containsExactly(
            "7 rule[1].listen validation.duplicate", "8 rule[1].name validation.duplicate");
    assertThat(problems(named + named).get(0).text())
        .isEqualTo(
            "\"127.0.0.1:25565\" (expected: another address than that of line 2), rule \"game\"");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 0.0.0.0",
    "0.0.0.0, 127.0.0.1",
    "0.0.0.0, [::]",
    "[::], 0.0.0.0",
    "[::], 127.0.0.1",
    "[::1], [::]",
    "[::ffff:127.0.0.1], 127.0.0.1"
  })
  void addressesDoNotOverlap(String first, String second) throws Exception {
    for (String protocol : List.of("tcp", "udp")) {
      assertThat(told(listen(first, protocol, true) + listen(second, protocol, false)))
          .containsExactly("8 rule[1].listen validation.duplicate");
    }
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, 127.0.0.2", "0.0.0.0, [::1]", "[::1], 127.0.0.1"})
  void addressesOfWhichNoneCoversTheOtherMayShareAPort(String first, String second)
      throws Exception {
    assertThat(read(listen(first, "tcp", false) + listen(second, "tcp", false)).rules()).hasSize(2);
  }

  @Test
  void wildcardAddressMayStandBesideAnotherIfThePortIsShared() throws Exception {
    String wildcard = listen("0.0.0.0", "tcp", true);

    assertThat(read(wildcard + listen("127.0.0.1", "tcp", true)).rules()).hasSize(2);
    assertThat(told(wildcard + wildcard)).containsExactly("8 rule[1].listen validation.duplicate");
  }

  @Test
  void ruleDoesNotListenWhereTheForwarderDoes() throws Exception {
    String admin = "admin = \"127.0.0.1:80\"\n";

    assertThat(told(admin + listen("127.0.0.1", "tcp", false)))
        .containsExactly("3 rule[0].listen validation.duplicate");
    assertThat(told(admin + listen("0.0.0.0", "tcp", true)))
        .containsExactly("3 rule[0].listen validation.duplicate");
    assertThat(read(admin + listen("127.0.0.1", "udp", false)).rules()).hasSize(1);
  }

  /** A rule of six lines, the second of which says where it listens. */
  private static String listen(String host, String protocol, boolean reusePort) {
    String rule = "[[rule]]\nlisten = \"%s:80\"\nprotocol = \"%s\"\nreuse_port = %s\n";
    return rule.formatted(host, protocol, reusePort) + TARGET;
  }

  @Test
  void tcpAndUdpMayShareAnAddress() throws Exception {
    assertThat(read(RULE + TARGET + RULE + "protocol = \"udp\"\n" + TARGET).rules())
        .extracting(RuleConfig::name)
        .containsExactly("127.0.0.1:25565", "127.0.0.1:25565/udp");
  }

  @Test
  void udpRuleHasNoTls() throws Exception {
    copyPair("server.pem");
    String pair = "{certificate = \"server.pem\", key = \"server.pem\"}";
    String udp = RULE + "protocol = \"udp\"\n";

    assertThat(told(udp + "tls = " + pair + "\nhealth_check = {}\n" + TARGET + "tls = {}\n"))
        .containsExactly(
            "4 rule[0].tls validation.invalid_value",
            "5 rule[0].health_check validation.invalid_value",
            "8 rule[0].target[0].tls validation.invalid_value");
  }

  @Test
  void filesOfTlsAreChecked() throws Exception {
    copyPair("server.pem");
    Files.writeString(folder.resolve("garbage.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
    Files.writeString(folder.resolve("other.pem"), newKey("EC"));
    Files.writeString(folder.resolve("rsa.pem"), newKey("RSA"));
    Files.writeString(folder.resolve("huge.pem"), "x".repeat(2 << 20));

    assertThat(tls("server.pem", "server.pem", "")).isEmpty();
    assertThat(tls("none.pem", "none.pem", ""))
        .containsExactly("certificate unreadable_file", "key unreadable_file");
    assertThat(tls(".", ".", ""))
        .containsExactly("certificate unreadable_file", "key unreadable_file");
    assertThat(tls("garbage.pem", "garbage.pem", ""))
        .containsExactly("certificate invalid_value", "key invalid_value");
    assertThat(tls("huge.pem", "server.pem", "")).containsExactly("certificate unreadable_file");
    assertThat(tls("server.pem", "other.pem", "")).containsExactly("key invalid_value");
    assertThat(tls("server.pem", "rsa.pem", "")).containsExactly("key invalid_value");
    assertThat(tls("server.pem", "server.pem", "client_ca = \"none.pem\""))
        .containsExactly("client_ca unreadable_file");
    assertThat(tls("server.pem", "server.pem", "client_required = true"))
        .containsExactly("client_required invalid_value");
    assertThat(tls("server.pem", "server.pem", "alpn = [\"\"]"))
        .containsExactly("alpn[0] invalid_value");
    assertThat(tls("server.pem", "server.pem", "handshake_timeout = \"0s\""))
        .containsExactly("handshake_timeout invalid_value");
    assertThat(tls("server.pem", "server.pem", "handshake_timeout = 10"))
        .containsExactly("handshake_timeout wrong_type");
    assertThat(tls("a\\u001b", "server.pem", "")).containsExactly("certificate invalid_value");
    assertThat(tls("server.pem", "server.pem", "name = [{name = \"*.*.org\"}]"))
        .containsExactly(
            "name[0].name invalid_value",
            "name[0].certificate missing_key",
            "name[0].key missing_key");
    String name = "{name = \"a.org\", certificate = \"server.pem\", key = \"server.pem\"}";
    assertThat(tls("server.pem", "server.pem", "name = [" + name + "," + name + "]"))
        .containsExactly("name[1].name duplicate");
  }

  @Test
  void handshakeMayTakeTenSecondsUnlessTheFileSaysOtherwise() throws Exception {
    copyPair("server.pem");
    String tls = "tls = {certificate = \"server.pem\", key = \"server.pem\"}\n";

    assertThat(read(RULE + tls + TARGET).rules().get(0).tls())
        .extracting(config -> config.handshakeTimeout())
        .isEqualTo(Duration.ofSeconds(10));
  }

  private List<String> tls(String certificate, String key, String more) throws Exception {
    String section =
        "[rule.tls]\ncertificate = \"%s\"\nkey = \"%s\"\n%s\n".formatted(certificate, key, more);
    Files.writeString(file, RULE + section + TARGET);
    try {
      ConfigFile.read(file);
      return List.of();
    } catch (ConfigException e) {
      return e.problems().stream()
          .map(problem -> problem.key() + " " + problem.code())
          .map(line -> line.replace("rule[0].tls.", "").replace("validation.", ""))
          .toList();
    }
  }

  private static String newKey(String algorithm) throws Exception {
    byte[] key =
        KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate().getEncoded();
    return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
        .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key));
  }

  private void copyPair(String name) throws Exception {
    try (InputStream pem = getClass().getResourceAsStream("/tls/www.example.org.pem")) {
      Files.copy(pem, folder.resolve(name));
    }
  }

  @Test
  void errorsOfSyntaxAreToldWithWhatOtherLinesSayForThemselves() throws Exception {
    assertThat(
            told(
                """
                [[rule]]
                listen =
                name = "a"
                name = "b"
                [[rule.target]]
                address = "10.1.0.5:25565
                proxy_protocol = "v3"
                """))
        .containsExactly(
            "2 - validation.syntax",
            "4 - validation.syntax",
            "6 - validation.syntax",
            "7 rule[0].target[0].proxy_protocol validation.proxy_protocol_invalid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n# nothing\n", "rule = []", "rule = 5", "rule = {}", "[rule]"})
  void fileWithoutRulesIsRefused(String toml) throws Exception {
    assertThat(problems(toml)).extracting(ConfigProblem::key).containsExactly("rule");
  }

  @Test
  void windowsLineEndsCountAsOne() throws Exception {
    assertThat(told((RULE + "x = 1\n" + TARGET + "y = 1\n").replace("\n", "\r\n")))
        .containsExactly(
            "3 rule[0].x validation.unknown_key", "6 rule[0].target[0].y validation.unknown_key");
  }

  @Test
  void byteOrderMarkOfAnEditorIsPassedOver() throws Exception {
    assertThat(read("\ufeff" + RULE + TARGET).rules()).hasSize(1);
    assertThat(told(RULE + "\ufeff" + TARGET)).containsExactly("3 - validation.syntax");
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedWithTheirLine() throws Exception {
    byte[] toml = "threads = 1\ntransport = \"\u00ff\"\n".getBytes(ISO_8859_1);

    assertThat(problems(toml)).containsExactly(problem(2, Code.SYNTAX, "not UTF-8"));
    assertThat(problems(new byte[] {'a', '\n', (byte) 0xe2, (byte) 0x82}))
        .containsExactly(problem(2, Code.SYNTAX, "not UTF-8"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a=", "a.", "[[", "\"", "'''", "=\n", "\0", "1e"})
  void hostileFileIsRefusedInTime(String unit) throws Exception {
    String toml = "a = " + unit.repeat(20_000 / unit.length());

    assertThat(problems(toml.getBytes(US_ASCII))).isNotEmpty();
    assertThat(problems(unit.repeat(20_000 / unit.length()).getBytes(US_ASCII))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", " \r\n", "# a comment\n"})
  void emptyLinesInARowAreLimited(String line) throws Exception {
    assertThat(read(RULE + line.repeat(200) + TARGET).rules()).hasSize(1);
    assertThat(problems(RULE + line.repeat(201) + TARGET))
        .containsExactly(
            problem(203, Code.SYNTAX, "more than 200 empty lines or comments in a row"));
  }

  @Test
  void fileThatCanNotBeReadIsToldOf() throws Exception {
    assertThat(problems(new byte[1 << 20]))
        .containsExactly(problem(1, Code.UNREADABLE_FILE, "the file is larger than 128 KiB"));

    Files.delete(file);
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file));
    assertThat(e)
        .hasMessage(
            file
                + ":1: -: validation.unreadable_file:"
                + " the file can not be read: there is no such file");
    assertThat(catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(folder)))
        .hasMessageContaining("validation.unreadable_file");
  }

  private ConfigProblem problem(int line, Code code, String text) {
    return new ConfigProblem(file, line, "-", code, text);
  }
}
