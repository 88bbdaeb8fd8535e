/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.unix.DomainSocketAddress;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("R8 only trusted proxies may send a header")
class TrustedProxiesTest {

  @ParameterizedTest(name = "{1} in {0}: {2}")
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0, true",
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 9.255.255.255, false",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.1.2.3/8, 10.200.0.1, true",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "192.0.2.7/32, 192.0.2.6, false",
    "0.0.0.0/0, 255.255.255.255, true",
    "0.0.0.0/0, 0.0.0.0, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "128.0.0.0/1, 128.0.0.0, true",
    "128.0.0.0/1, 127.255.255.255, false",
    "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
    "2001:db8::/32, 2001:db9::, false",
    "2001:db8::/64, 2001:db8::ffff:ffff:ffff:ffff, true",
    "2001:db8::/64, 2001:db8:0:1::, false",
    "2001:db8::8/125, 2001:db8::f, true",
    "2001:db8::8/125, 2001:db8::10, false",
    "2001:db8::1, 2001:db8::1, true",
    "::/0, 2001:db8::1, true",
    "::/0, ::fffe:ffff:ffff, true",
    "::/0, ::1:0:0:0, true",
    "::/0, 8.8.8.8, false",
    "::/0, 0.0.0.0, false",
    "::/0, 0.0.0.1, false",
    "::/0, 255.255.255.254, false",
    "::/0, 255.255.255.255, false",
    "::/16, 8.8.8.8, false",
    "::/80, 255.255.255.255, false",
    "::ffff:0:0/96, 8.8.8.8, true",
    "::ffff:0:0/95, 8.8.8.8, false",
    "fe80::/10, febf::1, true",
    "fe80::/10, fec0::1, false",
    "::ffff:10.0.0.0/104, 10.1.2.3, true",
    "::ffff:10.0.0.0/104, 11.1.2.3, false",
  })
  void rangeHoldsItsAddressesAndNoOthers(String cidr, String address, boolean trusted)
      throws Exception {
    SocketAddress peer = new InetSocketAddress(InetAddress.getByName(address), 4711);

    assertThat(TrustedProxies.of(cidr).trusts(peer)).isEqualTo(trusted);
  }

  @Test
  void ipv4MappedPeerMatchesIpv4Ranges() throws Exception {
    byte[] mapped = new byte[16];
    mapped[10] = (byte) 0xFF;
    mapped[11] = (byte) 0xFF;
    mapped[12] = 10;
    Inet6Address address = Inet6Address.getByAddress(null, mapped, -1);

    assertThat(TrustedProxies.of("10.0.0.0/8").trusts(new InetSocketAddress(address, 1))).isTrue();
    assertThat(TrustedProxies.of("11.0.0.0/8").trusts(new InetSocketAddress(address, 1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/08",
        "10.0.0.0/8/8",
        "10.0.0.0/255.0.0.0",
        "10.0.0/8",
        "10.0.0.256/8",
        "010.0.0.0/8",
        "10.0.0.00/8",
        "10",
        "::1/129",
        "::1/",
        "[::1]/128",
        "fe80::1%eth0/64",
        ":::/0",
        "1:2:3:4:5:6:7:8:9/64",
        "::ffff:010.0.0.0/104",
        "::8.8.8.0/120",
        "64:ff9b::8.8.8.8",
        "0:0:0:0:0:ffff:8.8.8.8",
        "localhost",
        "example.com/24",
        "10.0.0.0/8 ",
        " 10.0.0.0/8",
        "٠.0.0.0/8",
      })
  void textThatIsNoRangeIsRefusedWithThatText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustedProxies.of("10.0.0.0/8", text))
        .withMessageContaining("'" + text + "'");
  }

  @Test
  @DisplayName("T28 an empty trust list refuses to build")
  void emptyListIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> TrustedProxies.of());
    assertThatIllegalArgumentException().isThrownBy(() -> TrustedProxies.of(List.of()));
  }

  @Test
  void unresolvedForeignAndAbsentAddressesAreNotTrusted() {
    TrustedProxies all = TrustedProxies.of("0.0.0.0/0", "::/0").and(TrustedProxies.unixPeers());

    assertThat(all.trusts(InetSocketAddress.createUnresolved("10.0.0.1", 1))).isFalse();
    assertThat(all.trusts(new LocalAddress("x"))).isFalse();
    assertThat(all.trusts(null)).isFalse();
  }

  @Test
  void unixPeersAreTrustedOnRequestOnly() {
    SocketAddress netty = new DomainSocketAddress("/run/x.sock");
    SocketAddress jdk = UnixDomainSocketAddress.of("/run/x.sock");

    assertThat(TrustedProxies.unixPeers().trusts(netty)).isTrue();
    assertThat(TrustedProxies.unixPeers().trusts(jdk)).isTrue();
    assertThat(TrustedProxies.loopback().trusts(netty)).isFalse();
    assertThat(TrustedProxies.unixPeers().trusts(new InetSocketAddress("127.0.0.1", 1))).isFalse();
  }

  @Test
  void loopbackHoldsAllLoopbackAddresses() {
    TrustedProxies loopback = TrustedProxies.loopback();

    assertThat(loopback.trusts(new InetSocketAddress("127.200.3.4", 1))).isTrue();
    assertThat(loopback.trusts(new InetSocketAddress("::1", 1))).isTrue();
    assertThat(loopback.trusts(new InetSocketAddress("::2", 1))).isFalse();
    assertThat(loopback.trusts(new InetSocketAddress("128.0.0.1", 1))).isFalse();
  }

  @Test
  void unionTrustsThePeersOfBoth() {
    TrustedProxies both =
        TrustedProxies.of("10.0.0.0/8")
            .and(TrustedProxies.unixPeers())
            .and(TrustedProxies.of("::1"));

    assertThat(both.trusts(new InetSocketAddress("10.0.0.1", 1))).isTrue();
    assertThat(both.trusts(new InetSocketAddress("::1", 1))).isTrue();
    assertThat(both.trusts(new DomainSocketAddress("/x"))).isTrue();
    assertThat(both.trusts(new InetSocketAddress("11.0.0.1", 1))).isFalse();
  }

  @Test
  void manyOverlappingRangesAgreeWithALinearSearch() throws Exception {
    Random random = new Random(20261121);
    List<String> cidrs = new ArrayList<>();
    List<BigInteger[]> oracle = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      boolean v6 = random.nextInt(4) == 0;
      byte[] address = new byte[v6 ? 16 : 4];
      random.nextBytes(address);
      int bits = 8 * address.length;
      int prefix = bits / 2 + random.nextInt(bits / 2 + 1);
      cidrs.add(InetAddress.getByAddress(address).getHostAddress() + "/" + prefix);
      BigInteger mask = BigInteger.ONE.shiftLeft(bits - prefix).subtract(BigInteger.ONE);
      BigInteger last = new BigInteger(1, address).or(mask);
      oracle.add(new BigInteger[] {BigInteger.valueOf(bits), last.andNot(mask), last});
    }
    TrustedProxies trusted = TrustedProxies.of(cidrs);

    int inside = 0;
    for (int i = 0; i < 2_000; i++) {
      BigInteger[] range = oracle.get(random.nextInt(oracle.size()));
      int length = range[0].intValue() / 8;
      BigInteger number = range[1 + i % 2].add(BigInteger.valueOf(i % 3 - 1));
      byte[] address = toBytes(number, length);
      boolean expected = false;
      BigInteger wrapped = new BigInteger(1, address);
      for (BigInteger[] candidate : oracle) {
        expected |=
            candidate[0].intValue() == 8 * length
                && candidate[1].compareTo(wrapped) <= 0
                && candidate[2].compareTo(wrapped) >= 0;
      }
      inside += expected ? 1 : 0;
      assertThat(trusted.trusts(new InetSocketAddress(InetAddress.getByAddress(address), 1)))
          .as("%s", InetAddress.getByAddress(address))
          .isEqualTo(expected);
    }
    assertThat(inside).isBetween(500, 1_900);
  }

  private static byte[] toBytes(BigInteger number, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[length - 1 - i] = number.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }

  @Test
  void asASelectorItRequiresAHeaderFromTrustedPeersAndClosesOthers() {
    TrustedProxies trusted = TrustedProxies.of("10.0.0.0/8");

    assertThat(trusted.select(channelFrom("10.0.0.1"))).isEqualTo(ProxyHeaderPolicy.REQUIRE);
    assertThat(trusted.select(channelFrom("11.0.0.1"))).isEqualTo(ProxyHeaderPolicy.CLOSE);
  }

  @Test
  void ownAddressIsNotTakenForThatOfAPeerWithoutOne() {
    EmbeddedChannel channel =
        new EmbeddedChannel() {
          @Override
          protected SocketAddress localAddress0() {
            return new InetSocketAddress("10.0.0.5", 1);
          }

          @Override
          protected SocketAddress remoteAddress0() {
            return null;
          }
        };

    assertThat(TrustedProxies.of("10.0.0.0/8").select(channel)).isEqualTo(ProxyHeaderPolicy.CLOSE);
  }

  @Test
  void otherPoliciesCanBeChosen() {
    PolicySelector selector =
        TrustedProxies.of("10.0.0.0/8")
            .withPolicies(ProxyHeaderPolicy.USE, ProxyHeaderPolicy.REJECT);

    assertThat(selector.select(channelFrom("10.0.0.1"))).isEqualTo(ProxyHeaderPolicy.USE);
    assertThat(selector.select(channelFrom("11.0.0.1"))).isEqualTo(ProxyHeaderPolicy.REJECT);
  }

  @Test
  void datagramsAreJudgedByTheirSender() {
    TrustedProxies trusted = TrustedProxies.of("10.0.0.0/8");
    TrustedProxies others = trusted.withPolicies(ProxyHeaderPolicy.USE, ProxyHeaderPolicy.SKIP);
    Channel channel = channelFrom("11.0.0.1");
    InetSocketAddress proxy = new InetSocketAddress("10.0.0.1", 1);
    InetSocketAddress other = new InetSocketAddress("11.0.0.1", 1);

    assertThat(trusted.select(channel, proxy)).isEqualTo(ProxyHeaderPolicy.REQUIRE);
    assertThat(trusted.select(channel, other)).isEqualTo(ProxyHeaderPolicy.CLOSE);
    assertThat(others.select(channel, proxy)).isEqualTo(ProxyHeaderPolicy.USE);
    assertThat(others.select(channel, other)).isEqualTo(ProxyHeaderPolicy.SKIP);
  }

  @Test
  void unionKeepsThePoliciesOfTheFirst() {
    TrustedProxies both =
        TrustedProxies.of("10.0.0.0/8")
            .withPolicies(ProxyHeaderPolicy.USE, ProxyHeaderPolicy.REJECT)
            .and(TrustedProxies.of("11.0.0.0/8"));

    assertThat(both.select(channelFrom("11.0.0.1"))).isEqualTo(ProxyHeaderPolicy.USE);
    assertThat(both.select(channelFrom("12.0.0.1"))).isEqualTo(ProxyHeaderPolicy.REJECT);
  }

  @Test
  void trustCanChangeWhileTheServerRuns() {
    AtomicReference<TrustedProxies> current =
        new AtomicReference<>(TrustedProxies.of("10.0.0.0/8"));
    PolicySelector selector = channel -> current.get().select(channel);
    assertThat(selector.select(channelFrom("11.0.0.1"))).isEqualTo(ProxyHeaderPolicy.CLOSE);

    current.set(TrustedProxies.of("11.0.0.0/8"));

    assertThat(selector.select(channelFrom("11.0.0.1"))).isEqualTo(ProxyHeaderPolicy.REQUIRE);
    assertThat(selector.select(channelFrom("10.0.0.1"))).isEqualTo(ProxyHeaderPolicy.CLOSE);
  }

  private static EmbeddedChannel channelFrom(String address) {
    return new EmbeddedChannel() {
      @Override
      protected SocketAddress remoteAddress0() {
        return new InetSocketAddress(address, 4711);
      }
    };
  }

  @Test
  void peersWithoutAnAddressHaveThePolicyForOthersUnlessTheyGetTheirOwn() {
    TrustedProxies proxies = TrustedProxies.loopback().and(TrustedProxies.unixPeers());
    Channel inJvm = channel(new LocalAddress("server"), new LocalAddress("client"));
    Channel strange = channel(null, new SocketAddress() {});

    assertThat(proxies.select(inJvm)).isEqualTo(ProxyHeaderPolicy.CLOSE);
    assertThat(proxies.withoutAddress(ProxyHeaderPolicy.SKIP).select(inJvm))
        .isEqualTo(ProxyHeaderPolicy.SKIP);
    assertThat(proxies.withoutAddress(ProxyHeaderPolicy.REQUIRE).select(strange))
        .isEqualTo(ProxyHeaderPolicy.REQUIRE);
    assertThat(proxies.trusts(inJvm.remoteAddress())).isFalse();
  }

  @Test
  void peersWithAnAddressDoNotGetThePolicyForThoseWithoutOne() {
    TrustedProxies proxies = TrustedProxies.of("10.0.0.0/8").withoutAddress(ProxyHeaderPolicy.SKIP);

    assertThat(proxies.select(channelFrom("10.0.0.1"))).isEqualTo(ProxyHeaderPolicy.REQUIRE);
    assertThat(proxies.select(channelFrom("11.0.0.1"))).isEqualTo(ProxyHeaderPolicy.CLOSE);
    assertClosed(proxies, channel(null, InetSocketAddress.createUnresolved("10.0.0.1", 1)));
    assertClosed(proxies, channel(null, new DomainSocketAddress("/client")));
    assertClosed(proxies, channel(new DomainSocketAddress("/server"), null));
    assertClosed(
        proxies, channel(new InetSocketAddress("10.0.0.9", 1), null)); // a reset connection
    assertClosed(proxies, channel(null, null));
  }

  @Test
  void policyForPeersWithoutAnAddressOutlivesOtherPoliciesAndAUnion() {
    TrustedProxies proxies =
        TrustedProxies.loopback()
            .withoutAddress(ProxyHeaderPolicy.USE)
            .withPolicies(ProxyHeaderPolicy.REQUIRE, ProxyHeaderPolicy.REJECT)
            .and(TrustedProxies.unixPeers().withoutAddress(ProxyHeaderPolicy.SKIP));

    assertThat(proxies.select(channel(null, new LocalAddress("client"))))
        .isEqualTo(ProxyHeaderPolicy.USE);
    assertThat(proxies.select(channelFrom("11.0.0.1"))).isEqualTo(ProxyHeaderPolicy.REJECT);
    assertThatNullPointerException().isThrownBy(() -> proxies.withoutAddress(null));
  }

  private static void assertClosed(TrustedProxies proxies, Channel channel) {
    assertThat(proxies.select(channel)).isEqualTo(ProxyHeaderPolicy.CLOSE);
  }

  private static Channel channel(SocketAddress local, SocketAddress remote) {
    return new EmbeddedChannel() {
      @Override
      protected SocketAddress localAddress0() {
        return local;
      }

      @Override
      protected SocketAddress remoteAddress0() {
        return remote;
      }
    };
  }
}
