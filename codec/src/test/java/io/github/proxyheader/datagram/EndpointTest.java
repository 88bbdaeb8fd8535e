/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Addresses;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndpointTest {
  private static Endpoint endpoint(String literal, int port) {
    return Endpoint.of(Addresses.inet(literal, port));
  }

  @Test
  void equalsAndOrderAreByAddressAndPort() {
    Endpoint[] ordered = {
      endpoint("2001:db8::", 1),
      endpoint("2001:db9::", 1),
      endpoint("::1", 7),
      endpoint("0.0.0.1", 1),
      endpoint("1.2.3.4", 1),
      endpoint("1.2.3.4", 2),
      endpoint("255.255.255.255", 65_535),
    };
    for (int i = 0; i < ordered.length; i++) {
      for (int j = 0; j < ordered.length; j++) {
        assertThat(Integer.signum(ordered[i].compareTo(ordered[j])))
            .isEqualTo(Integer.signum(Integer.compare(i, j)));
        assertThat(ordered[i].equals(ordered[j])).isEqualTo(i == j);
      }
    }
  }

  @Test
  void addressesThatCollideInTheJdkDoNot() {
    Set<Integer> jdk = new HashSet<>();
    Set<Integer> ours = new HashSet<>();
    for (int port = 1; port < 1_000; port++) {
      InetSocketAddress address =
          Addresses.inet("10.0." + (1_000 - port) / 256 + '.' + (1_000 - port) % 256, port);
      jdk.add(address.hashCode());
      ours.add(Endpoint.of(address).hashCode());
    }
    assertThat(jdk).hasSize(1);
    assertThat(ours).hasSizeGreaterThan(900);
  }

  @Test
  void unresolvedAddressHasNoEndpoint() {
    assertThat(Endpoint.of(InetSocketAddress.createUnresolved("name", 1))).isNull();
  }
}
